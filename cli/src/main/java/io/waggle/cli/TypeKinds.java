package io.waggle.cli;

import io.waggle.formats.btf.BtfKind;

/** What people call kinds of types. */
final class TypeKinds {
  private TypeKinds() {}

  /** True for what C declares by name: types, functions and variables. */
  static boolean isNamed(int kind) {
    return isCType(kind)
        || switch (kind) {
          case BtfKind.INT, BtfKind.FLOAT, BtfKind.FWD, BtfKind.FUNC, BtfKind.VAR -> true;
          default -> false;
        };
  }

  /** True for types that a header defines. */
  static boolean isCType(int kind) {
    return switch (kind) {
      case BtfKind.STRUCT, BtfKind.UNION, BtfKind.ENUM, BtfKind.ENUM64, BtfKind.TYPEDEF -> true;
      default -> false;
    };
  }

  /** True if C writes the word before the name of such a type. */
  static boolean isWord(int kind, String word) {
    return switch (word) {
      case "struct" -> kind == BtfKind.STRUCT || kind == BtfKind.FWD;
      case "union" -> kind == BtfKind.UNION || kind == BtfKind.FWD;
      case "enum" -> kind == BtfKind.ENUM || kind == BtfKind.ENUM64;
      case "typedef" -> kind == BtfKind.TYPEDEF;
      default -> false;
    };
  }
}
