package io.waggle.formats.btf;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.BtfType.Enumeration;
import io.waggle.formats.btf.BtfType.Enumerator;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.BtfType.Struct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Locale;

/**
 * Writes types as a C header, the {@code vmlinux.h} that programs for the kernel include: each type
 * after those it is made of, every size and offset as in the kernel.
 */
public final class CHeader {
  /** Deepest chain of types that need each other. */
  private static final int DEEPEST = 500;

  /**
   * Members that are written at most, a hundred times those of the kernel. Nameless structures that
   * hold each other several times need few types to have no end.
   */
  private static final int MOST_MEMBERS = 1 << 24;

  /** Bits that are passed over by nameless fields; for more a named one is shorter. */
  private static final int LONGEST_PADDING = 1024;

  private final Btf btf;
  private final Appendable output;
  private final CNames names = new CNames();
  private final CLayout layout;
  private final BitSet written = new BitSet();

  /** Structures whose name was written, with or without what is in them. */
  private final BitSet declared = new BitSet();

  /** True if the names of all structures were written at the start. */
  private boolean allDeclared;

  private int members;

  /** The structure whose members are looked at: they may point to it. */
  private int current;

  private CHeader(Btf btf, Appendable output) {
    this.btf = btf;
    this.output = output;
    this.layout = new CLayout(btf);
  }

  /**
   * Writes all types.
   *
   * @throws UncheckedIOException if {@code output} fails
   * @throws FormatException if {@code btf} is damaged
   */
  public static void write(Btf btf, Appendable output) {
    new CHeader(btf, output).write();
  }

  /**
   * Writes some types and what they need: the structures inside them, and the names of those that
   * they point to.
   *
   * @param types numbers; a function or variable is declared
   * @throws UncheckedIOException if {@code output} fails
   * @throws FormatException if {@code btf} is damaged
   */
  public static void write(Btf btf, int[] types, Appendable output) {
    CHeader header = new CHeader(btf, output);
    for (int type : types) {
      header.writeOne(type);
    }
  }

  /**
   * The definition of one structure, union or enumeration, without what it is made of.
   *
   * @throws IllegalArgumentException if it is of another kind
   * @throws FormatException if {@code btf} is damaged
   */
  public static String definition(Btf btf, int type) {
    CHeader header = new CHeader(btf, new StringBuilder());
    return switch (btf.type(type)) {
      case Struct struct -> header.body(type, struct, "") + ";";
      case Enumeration enumeration -> header.enumeration(type, enumeration, "") + ";";
      default -> throw new IllegalArgumentException("type " + type + " is defined by its name");
    };
  }

  /** How a type is written; of a function behind a pointer with a star for its name. */
  public static String name(Btf btf, int type) {
    return new CHeader(btf, new StringBuilder()).declare(type, "", "").strip();
  }

  private void writeOne(int type) {
    need(type, true, 0);
    switch (btf.type(type)) {
      case BtfType.Function function -> {
        need(function.prototype(), false, 0);
        print(function(function) + ";\n\n");
      }
      case BtfType.Variable variable -> {
        need(variable.type(), true, 0);
        String name = CNames.identifier(variable.name());
        print("extern " + declare(variable.type(), name, "") + ";\n\n");
      }
      case Enumeration enumeration when !written.get(type) ->
          print(enumeration(type, enumeration, "") + ";\n\n");
      case Struct struct when struct.name().isEmpty() && !written.get(type) -> {
        written.set(type);
        print(body(type, struct, "") + ";\n\n");
      }
      case BtfType.Forward _ -> declareOnce(type);
      default -> {}
    }
  }

  private void write() {
    allDeclared = true;
    print("#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n\n");
    print("#if defined(__clang__) && !defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n");
    print("#pragma clang attribute push(__attribute__((preserve_access_index)), ");
    print("apply_to = record)\n#endif\n\n");
    for (int type = 1; type < btf.count(); type++) {
      forward(type);
    }
    print("\n");
    for (int type = 1; type < btf.count(); type++) {
      switch (btf.kind(type)) {
        case BtfKind.STRUCT, BtfKind.UNION, BtfKind.ENUM, BtfKind.ENUM64 -> {
          if (!btf.name(type).isEmpty()) {
            need(type, true, 0);
          }
        }
        case BtfKind.TYPEDEF -> need(type, true, 0);
        default -> {}
      }
    }
    for (int type = 1; type < btf.count(); type++) {
      if (btf.type(type) instanceof Enumeration enumeration && !written.get(type)) {
        print(enumeration(type, enumeration, "") + ";\n\n");
      }
    }
    print("#if defined(__clang__) && !defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n");
    print("#pragma clang attribute pop\n#endif\n\n#endif\n");
  }

  private void forward(int type) {
    switch (btf.type(type)) {
      case Struct struct when !struct.name().isEmpty() ->
          print(word(struct.isUnion()) + " " + names.tag(type, struct.name()) + ";\n");
      case BtfType.Forward forward ->
          print(word(forward.isUnion()) + " " + CNames.identifier(forward.name()) + ";\n");
      default -> {}
    }
  }

  /** The name alone, where something points to a type that is not written (yet). */
  private void declareOnce(int type) {
    if (!allDeclared && type != current && !declared.get(type)) {
      declared.set(type);
      forward(type);
      print("\n");
    }
  }

  private static String word(boolean union) {
    return union ? "union" : "struct";
  }

  /** Writes what must stand before a use of the type; {@code whole} if its size is needed. */
  private void need(int type, boolean whole, int depth) {
    if (depth > DEEPEST) {
      throw new FormatException("BTF", "type " + type, 0, "types in order", "a circle of types");
    }
    switch (btf.type(type)) {
      case BtfType.Pointer pointer -> need(pointer.target(), false, depth + 1);
      case BtfType.Array array -> need(array.element(), true, depth + 1);
      case BtfType.Qualified qualified -> need(qualified.target(), whole, depth + 1);
      case BtfType.TypeTag tag -> need(tag.target(), whole, depth + 1);
      case BtfType.Typedef typedef -> typedef(type, typedef, whole, depth);
      case BtfType.Prototype prototype -> {
        need(prototype.result(), false, depth + 1);
        for (Parameter parameter : prototype.parameters()) {
          need(parameter.type(), false, depth + 1);
        }
      }
      case Struct struct -> structure(type, struct, whole, depth);
      case Enumeration enumeration when !enumeration.name().isEmpty() && !written.get(type) ->
          print(enumeration(type, enumeration, "") + ";\n\n");
      case BtfType.Forward _ -> declareOnce(type);
      default -> {}
    }
  }

  private void typedef(int type, BtfType.Typedef typedef, boolean whole, int depth) {
    if (!written.get(type)) {
      written.set(type);
      need(typedef.target(), false, depth + 1);
      String name = names.typedef(type, typedef.name());
      print("typedef " + declare(typedef.target(), name, "") + ";\n\n");
    }
    if (whole) {
      need(typedef.target(), true, depth + 1);
    }
  }

  private void structure(int type, Struct struct, boolean whole, int depth) {
    boolean named = !struct.name().isEmpty();
    if (named && (!whole || written.get(type))) {
      declareOnce(type);
      return;
    }
    if (named) {
      written.set(type);
    }
    count(struct);
    int outer = current;
    for (Member member : struct.members()) {
      current = named ? type : outer;
      need(member.type(), true, depth + 1);
    }
    current = outer;
    if (named) {
      declared.set(type);
      print(body(type, struct, "") + ";\n\n");
    }
  }

  private void count(Struct struct) {
    members += struct.members().size() + 1;
    if (members > MOST_MEMBERS) {
      throw new FormatException(
          "BTF", "types", 0, "at most " + MOST_MEMBERS + " members in all", "more, nested");
    }
  }

  private String body(int type, Struct struct, String indent) {
    count(struct);
    boolean packed = layout.isPacked(struct);
    StringBuilder text = new StringBuilder(word(struct.isUnion()));
    if (!struct.name().isEmpty()) {
      text.append(' ').append(names.tag(type, struct.name()));
    }
    text.append(" {\n");
    String inner = indent + "\t";
    long end = 0;
    for (Member member : struct.members()) {
      if (!struct.isUnion()) {
        long offset = layout.bitOffset(member);
        if (layout.next(member, end, packed) != offset) {
          pad(text, inner, end, offset);
        }
        end = offset;
      }
      text.append(inner).append(declare(member.type(), CNames.identifier(member.name()), inner));
      if (layout.bitSize(member) > 0) {
        text.append(": ").append(layout.bitSize(member));
      }
      text.append(";\n");
      end = struct.isUnion() ? Math.max(end, layout.bits(member)) : end + layout.bits(member);
    }
    if (layout.natural(struct, end, packed) != struct.size() * 8) {
      if (struct.isUnion()) {
        text.append(inner).append("char __size[").append(struct.size()).append("];\n");
      } else {
        pad(text, inner, end, struct.size() * 8);
      }
    }
    return text.append(indent).append(packed ? "} __attribute__((packed))" : "}").toString();
  }

  /** Nameless bit fields from one bit to another: they take room and align nothing. */
  private static void pad(StringBuilder text, String indent, long from, long to) {
    long at = from;
    while (at < to) {
      if (at % 8 == 0 && to % 8 == 0 && to - at > LONGEST_PADDING) {
        text.append(indent).append("char __room_").append(at / 8);
        text.append('[').append((to - at) / 8).append("];\n");
        return;
      }
      int unit = 64;
      while (unit > 8 && (at % unit != 0 || at + unit > to)) {
        unit /= 2;
      }
      long bits = Math.min(to - at, unit - at % unit);
      String type = unit == 64 ? "long" : unit == 32 ? "int" : unit == 16 ? "short" : "char";
      text.append(indent).append(type).append(": ").append(bits).append(";\n");
      at += bits;
    }
  }

  private String enumeration(int type, Enumeration enumeration, String indent) {
    written.set(type);
    StringBuilder text = new StringBuilder("enum");
    if (!enumeration.name().isEmpty()) {
      text.append(' ').append(names.tag(type, enumeration.name()));
    }
    text.append(" {\n");
    for (Enumerator value : enumeration.values()) {
      text.append(indent).append('\t').append(names.enumerator(value.name())).append(" = ");
      text.append(number(value.value(), enumeration)).append(",\n");
    }
    if (enumeration.values().isEmpty()) {
      // C has none without a value.
      text.append(indent).append('\t').append(names.enumerator("__no_value")).append(",\n");
    }
    text.append(indent).append('}');
    if (enumeration.size() < 4) {
      text.append(" __attribute__((packed))");
    } else if (enumeration.size() == 8) {
      text.append(" __attribute__((mode(DI)))");
    }
    return text.toString();
  }

  private static String number(long value, Enumeration enumeration) {
    if (!enumeration.isSigned()) {
      // Older producers do not say which numbers are signed, and store 32 bits.
      return Long.toUnsignedString(value) + (enumeration.size() == 8 ? "ULL" : "");
    }
    return value == Long.MIN_VALUE ? "(-9223372036854775807LL - 1)" : value + "";
  }

  /** A declaration, C's way: what is said of a name stands around it. */
  private String declare(int type, String name, String indent) {
    return switch (btf.type(type)) {
      case BtfType.Pointer pointer -> declare(pointer.target(), pointerTo(pointer, name), indent);
      case BtfType.Array array ->
          declare(array.element(), name + "[" + array.count() + "]", indent);
      case BtfType.Prototype prototype ->
          declare(prototype.result(), name + parameters(prototype, false, indent), indent);
      case BtfType.Qualified qualified -> {
        String word = qualified.qualifier().name().toLowerCase(Locale.ROOT);
        if (isSaidOfElements(qualified)) {
          yield declare(qualified.target(), name, indent);
        }
        boolean pointer = btf.kind(behindQualifiers(qualified.target())) == BtfKind.PTR;
        yield pointer
            ? declare(qualified.target(), word + " " + name, indent)
            : word.equals("restrict")
                ? declare(qualified.target(), name, indent)
                : word + " " + declare(qualified.target(), name, indent);
      }
      case BtfType.TypeTag tag -> declare(tag.target(), name, indent);
      default -> (base(type, indent) + " " + name).stripTrailing();
    };
  }

  /** An array is constant if its elements are, and C wants that said once. */
  private boolean isSaidOfElements(BtfType.Qualified qualified) {
    int target = qualified.target();
    for (int i = 0; i < DEEPEST && btf.type(target) instanceof BtfType.Array array; i++) {
      target = array.element();
    }
    return target != qualified.target()
        && btf.type(target) instanceof BtfType.Qualified element
        && element.qualifier() == qualified.qualifier();
  }

  private String pointerTo(BtfType.Pointer pointer, String name) {
    int target = behindQualifiers(pointer.target());
    return btf.kind(target) == BtfKind.ARRAY || btf.kind(target) == BtfKind.FUNC_PROTO
        ? "(*" + name + ")"
        : "*" + name;
  }

  private int behindQualifiers(int type) {
    int behind = type;
    for (int i = 0; i < DEEPEST; i++) {
      switch (btf.type(behind)) {
        case BtfType.Qualified qualified -> behind = qualified.target();
        case BtfType.TypeTag tag -> behind = tag.target();
        default -> {
          return behind;
        }
      }
    }
    throw new FormatException("BTF", "type " + type, 0, "a type", "a circle of qualifiers");
  }

  private String function(BtfType.Function function) {
    String name = CNames.identifier(function.name());
    return btf.type(function.prototype()) instanceof BtfType.Prototype prototype
        ? declare(prototype.result(), name + parameters(prototype, true, ""), "")
        : declare(function.prototype(), name, "");
  }

  private String parameters(BtfType.Prototype prototype, boolean named, String indent) {
    if (prototype.parameters().isEmpty()) {
      return "(void)";
    }
    StringBuilder text = new StringBuilder("(");
    for (Parameter parameter : prototype.parameters()) {
      text.append(text.length() > 1 ? ", " : "");
      boolean rest = parameter.type() == 0 && parameter.name().isEmpty();
      String name = named ? CNames.identifier(parameter.name()) : "";
      text.append(rest ? "..." : declare(parameter.type(), name, indent));
    }
    return text.append(')').toString();
  }

  private String base(int type, String indent) {
    return switch (btf.type(type)) {
      case BtfType.Int number -> CNames.builtIn(number.name(), number.size(), number.isSigned());
      case BtfType.Floating floating -> CNames.builtIn(floating.name(), floating.size(), true);
      case Struct struct ->
          struct.name().isEmpty()
              ? body(type, struct, indent)
              : word(struct.isUnion()) + " " + names.tag(type, struct.name());
      case Enumeration enumeration ->
          !enumeration.name().isEmpty()
              ? "enum " + names.tag(type, enumeration.name())
              : written.get(type)
                  ? CNames.integer(enumeration.size(), enumeration.isSigned())
                  : enumeration(type, enumeration, indent);
      case BtfType.Forward forward ->
          word(forward.isUnion()) + " " + CNames.identifier(forward.name());
      case BtfType.Typedef typedef -> names.typedef(type, typedef.name());
      default -> "void";
    };
  }

  private void print(String text) {
    try {
      output.append(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
