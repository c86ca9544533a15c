package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.nio.ByteOrder;

/**
 * What a relocation's question comes to, for the object's own types or for a kernel's.
 *
 * @param certain whether the compiler's own number has to be the one computed for its types; of bit
 *     fields it may differ
 * @param type of the field, if the instruction loads or stores it whole; else 0
 * @param size of that field in bytes, else 0
 */
record Answer(long value, boolean certain, int type, long size) {

  private static Answer of(long value) {
    return new Answer(value, true, 0, 0);
  }

  /** About a field that is there. */
  static Answer field(CoreKind kind, Path path, ByteOrder order) {
    Btf types = path.types();
    Path.Step last = path.last();
    if (kind == CoreKind.FIELD_EXISTS) {
      return of(1);
    }
    if (last.name().isEmpty()) {
      long size = types.size(last.type());
      return switch (kind) {
        case FIELD_BYTE_OFFSET -> new Answer(path.bitOffset() / 8, true, last.type(), size);
        case FIELD_BYTE_SIZE -> of(size);
        default ->
            throw new CoreException(path.describe() + " is no field, but an element of an array");
      };
    }
    BtfType.Member member = ((BtfType.Struct) types.type(last.type())).members().get(last.index());
    return member.bitSize() == 0
        ? whole(kind, path, types.strip(member.type()))
        : bits(kind, path, types.strip(member.type()), member.bitSize(), order);
  }

  private static Answer whole(CoreKind kind, Path path, int type) {
    long size = path.types().size(type);
    return switch (kind) {
      case FIELD_BYTE_OFFSET -> new Answer(path.bitOffset() / 8, true, type, size);
      case FIELD_BYTE_SIZE -> of(size);
      case FIELD_SIGNED -> of(signed(path.types(), type));
      case FIELD_LEFT_SHIFT -> of(64 - size * 8);
      case FIELD_RIGHT_SHIFT -> of(64 - size * 8);
      default -> throw new CoreException(kind + " does not ask for a field");
    };
  }

  /** A bit field is read through the smallest aligned number that holds all of it. */
  private static Answer bits(CoreKind kind, Path path, int type, int width, ByteOrder order) {
    long offset = path.bitOffset();
    long size = path.types().size(type);
    if (size <= 0 || size > 8) {
      throw new CoreException(path.describe() + " is a bit field of a type that is no number");
    }
    long start = offset / 8 / size * size;
    while (offset + width - start * 8 > size * 8) {
      if (size == 8) {
        throw new CoreException(path.describe() + " is a bit field that crosses 64 bits");
      }
      size *= 2;
      start = offset / 8 / size * size;
    }
    return switch (kind) {
      case FIELD_BYTE_OFFSET -> new Answer(start, false, 0, 0);
      case FIELD_BYTE_SIZE -> new Answer(size, false, 0, 0);
      case FIELD_SIGNED -> of(signed(path.types(), type));
      case FIELD_LEFT_SHIFT ->
          new Answer(
              order == ByteOrder.LITTLE_ENDIAN
                  ? 64 - (offset + width - start * 8)
                  : (8 - size) * 8 + (offset - start * 8),
              false,
              0,
              0);
      case FIELD_RIGHT_SHIFT -> of(64 - width);
      default -> throw new CoreException(kind + " does not ask for a field");
    };
  }

  private static long signed(Btf types, int type) {
    return switch (types.type(type)) {
      case BtfType.Int number -> number.isSigned() ? 1 : 0;
      case BtfType.Enumeration enumeration -> enumeration.isSigned() ? 1 : 0;
      default -> 0;
    };
  }

  /** About a type that is there. */
  static Answer type(CoreKind kind, Btf types, int type) {
    return switch (kind) {
      case TYPE_EXISTS, TYPE_MATCHES -> of(1);
      case TYPE_SIZE -> of(types.size(type));
      case TYPE_ID_LOCAL, TYPE_ID_TARGET -> new Answer(type, false, 0, 0);
      default -> throw new CoreException(kind + " does not ask for a type");
    };
  }

  /** About an enumeration's value that is there. */
  static Answer value(CoreKind kind, BtfType.Enumerator value) {
    return of(kind == CoreKind.ENUM_VALUE_EXISTS ? 1 : value.value());
  }

  /** Nothing there, where that is an answer. */
  static Answer absent() {
    return of(0);
  }

  /**
   * Whether an instruction that loads or stores {@code local} may do it at this size instead. It
   * may where the upper part is known to be zero: in pointers and unsigned numbers.
   */
  boolean fits(Answer local, Btf localTypes, Btf targetTypes) {
    if (size == local.size || size == 0 || local.size == 0) {
      return true;
    }
    int kind = localTypes.kind(local.type);
    int targetKind = targetTypes.kind(type);
    return kind == BtfKind.PTR && targetKind == BtfKind.PTR
        || localTypes.type(local.type) instanceof BtfType.Int number
            && targetTypes.type(type) instanceof BtfType.Int its
            && !number.isSigned()
            && !its.isSigned();
  }
}
