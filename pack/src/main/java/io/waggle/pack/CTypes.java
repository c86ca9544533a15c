package io.waggle.pack;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;

/** Types as C writes them, on one line: {@code unsigned int}, {@code char[16]}. */
final class CTypes {
  private static final int DEEPEST = 32;

  private CTypes() {}

  /** The type's name, without {@code const} and its like, as packages have it. */
  static String name(Btf btf, int type) {
    return name(btf, type, "", 0);
  }

  private static String name(Btf btf, int type, String suffix, int depth) {
    if (depth > DEEPEST) {
      return "..." + suffix;
    }
    return switch (btf.type(type)) {
      case BtfType.Void _ -> "void" + suffix;
      case BtfType.Int number -> (number.name().equals("_Bool") ? "bool" : number.name()) + suffix;
      case BtfType.Floating number -> number.name() + suffix;
      case BtfType.Typedef other -> other.name() + suffix;
      case BtfType.Struct struct ->
          tagged(struct.isUnion() ? "union" : "struct", struct.name()) + suffix;
      case BtfType.Forward forward ->
          tagged(forward.isUnion() ? "union" : "struct", forward.name()) + suffix;
      case BtfType.Enumeration words -> tagged("enum", words.name()) + suffix;
      case BtfType.Pointer pointer -> pointer(btf, pointer, suffix, depth);
      case BtfType.Array array ->
          name(btf, array.element(), suffix + '[' + array.count() + ']', depth + 1);
      case BtfType.Qualified qualified -> name(btf, qualified.target(), suffix, depth + 1);
      case BtfType.TypeTag tag -> name(btf, tag.target(), suffix, depth + 1);
      case BtfType.Variable variable -> name(btf, variable.type(), suffix, depth + 1);
      case BtfType.Prototype prototype ->
          name(btf, prototype.result(), "", depth + 1) + " ()" + suffix;
      default -> btf.name(type) + suffix;
    };
  }

  private static String pointer(Btf btf, BtfType.Pointer pointer, String suffix, int depth) {
    String target = name(btf, pointer.target(), "", depth + 1);
    return target + (target.endsWith("*") ? "*" : " *") + suffix;
  }

  private static String tagged(String word, String name) {
    return name.isEmpty() ? word + " {...}" : word + ' ' + name;
  }
}
