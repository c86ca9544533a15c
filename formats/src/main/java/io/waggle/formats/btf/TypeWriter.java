package io.waggle.formats.btf;

import io.waggle.formats.btf.BtfType.Enumerator;
import io.waggle.formats.btf.BtfType.Member;
import java.nio.ByteBuffer;
import java.util.function.ToIntFunction;

/** Writes a record of a type as BTF; {@link TypeReader} the other way round. */
final class TypeWriter {
  private static final int MOST_ELEMENTS = 0xffff;

  /** Where a structure has bit fields, offsets have the upper 8 bits for their sizes. */
  private static final long FURTHEST_WITH_BIT_FIELDS = 0xff_ffff;

  private static final long FURTHEST = 0xffff_ffffL;

  private final ByteBuffer to;
  private final ToIntFunction<String> texts;

  TypeWriter(ByteBuffer to, ToIntFunction<String> texts) {
    this.to = to;
    this.texts = texts;
  }

  /** Bytes of a type. */
  static int size(BtfType type) {
    return type instanceof BtfType.Void ? 0 : BtfKind.size(kind(type), elements(type));
  }

  static int kind(BtfType type) {
    return switch (type) {
      case BtfType.Void _ -> BtfKind.VOID;
      case BtfType.Int _ -> BtfKind.INT;
      case BtfType.Pointer _ -> BtfKind.PTR;
      case BtfType.Array _ -> BtfKind.ARRAY;
      case BtfType.Struct struct -> struct.isUnion() ? BtfKind.UNION : BtfKind.STRUCT;
      case BtfType.Enumeration enumeration ->
          enumeration.size() == 8 ? BtfKind.ENUM64 : BtfKind.ENUM;
      case BtfType.Forward _ -> BtfKind.FWD;
      case BtfType.Typedef _ -> BtfKind.TYPEDEF;
      case BtfType.Qualified qualified ->
          switch (qualified.qualifier()) {
            case VOLATILE -> BtfKind.VOLATILE;
            case CONST -> BtfKind.CONST;
            case RESTRICT -> BtfKind.RESTRICT;
          };
      case BtfType.Function _ -> BtfKind.FUNC;
      case BtfType.Prototype _ -> BtfKind.FUNC_PROTO;
      case BtfType.Variable _ -> BtfKind.VAR;
      case BtfType.DataSection _ -> BtfKind.DATASEC;
      case BtfType.Floating _ -> BtfKind.FLOAT;
      case BtfType.DeclarationTag _ -> BtfKind.DECL_TAG;
      case BtfType.TypeTag _ -> BtfKind.TYPE_TAG;
    };
  }

  private static int elements(BtfType type) {
    return switch (type) {
      case BtfType.Struct struct -> struct.members().size();
      case BtfType.Enumeration enumeration -> enumeration.values().size();
      case BtfType.Prototype prototype -> prototype.parameters().size();
      case BtfType.DataSection section -> section.variables().size();
      default -> 0;
    };
  }

  /**
   * Whether BTF can say it.
   *
   * @throws IllegalArgumentException if not, with the reason
   */
  static void check(BtfType type) {
    if (elements(type) > MOST_ELEMENTS) {
      throw new IllegalArgumentException("a type of over 65535 elements: " + elements(type));
    }
    if (type instanceof BtfType.Struct struct) {
      long furthest = hasBitFields(struct) ? FURTHEST_WITH_BIT_FIELDS : FURTHEST;
      for (Member member : struct.members()) {
        if (member.bitOffset() < 0 || member.bitOffset() > furthest) {
          throw new IllegalArgumentException(
              "struct %s: member %s at bit %d, the last that BTF can say is %d"
                  .formatted(struct.name(), member.name(), member.bitOffset(), furthest));
        }
      }
    }
  }

  private static boolean hasBitFields(BtfType.Struct struct) {
    for (Member member : struct.members()) {
      if (member.bitSize() != 0) {
        return true;
      }
    }
    return false;
  }

  void write(BtfType type) {
    switch (type) {
      case BtfType.Void _ -> {}
      case BtfType.Int number -> {
        head(type, number.name(), false, number.size());
        to.putInt(
            number.bits() & 0xff
                | (number.bitOffset() & 0xff) << 16
                | (number.isSigned() ? 1 << 24 : 0)
                | (number.isChar() ? 2 << 24 : 0)
                | (number.isBool() ? 4 << 24 : 0));
      }
      case BtfType.Pointer pointer -> head(type, "", false, pointer.target());
      case BtfType.Array array -> {
        head(type, "", false, 0);
        to.putInt(array.element()).putInt(array.index()).putInt((int) array.count());
      }
      case BtfType.Struct struct -> structure(struct);
      case BtfType.Enumeration enumeration -> enumeration(enumeration);
      case BtfType.Forward forward -> head(type, forward.name(), forward.isUnion(), 0);
      case BtfType.Typedef typedef -> head(type, typedef.name(), false, typedef.target());
      case BtfType.Qualified qualified -> head(type, "", false, qualified.target());
      case BtfType.Function function -> {
        to.putInt(texts.applyAsInt(function.name()));
        to.putInt(BtfKind.FUNC << 24 | function.linkage()).putInt(function.prototype());
      }
      case BtfType.Prototype prototype -> {
        head(type, "", false, prototype.result());
        prototype
            .parameters()
            .forEach(its -> to.putInt(texts.applyAsInt(its.name())).putInt(its.type()));
      }
      case BtfType.Variable variable -> {
        head(type, variable.name(), false, variable.type());
        to.putInt(variable.linkage());
      }
      case BtfType.DataSection section -> {
        head(type, section.name(), false, (int) section.size());
        section
            .variables()
            .forEach(
                its ->
                    to.putInt(its.variable()).putInt((int) its.offset()).putInt((int) its.size()));
      }
      case BtfType.Floating floating -> head(type, floating.name(), false, floating.size());
      case BtfType.DeclarationTag tag -> {
        head(type, tag.word(), tag.isAttribute(), tag.target());
        to.putInt(tag.component());
      }
      case BtfType.TypeTag tag -> head(type, tag.word(), tag.isAttribute(), tag.target());
    }
  }

  private void head(BtfType type, String name, boolean flag, int other) {
    to.putInt(texts.applyAsInt(name));
    to.putInt((flag ? 1 << 31 : 0) | kind(type) << 24 | elements(type));
    to.putInt(other);
  }

  private void structure(BtfType.Struct struct) {
    boolean bitFields = hasBitFields(struct);
    head(struct, struct.name(), bitFields, (int) struct.size());
    for (Member member : struct.members()) {
      to.putInt(texts.applyAsInt(member.name())).putInt(member.type());
      to.putInt((int) member.bitOffset() | (bitFields ? member.bitSize() << 24 : 0));
    }
  }

  private void enumeration(BtfType.Enumeration enumeration) {
    head(enumeration, enumeration.name(), enumeration.isSigned(), enumeration.size());
    for (Enumerator value : enumeration.values()) {
      to.putInt(texts.applyAsInt(value.name())).putInt((int) value.value());
      if (enumeration.size() == 8) {
        to.putInt((int) (value.value() >>> 32));
      }
    }
  }
}
