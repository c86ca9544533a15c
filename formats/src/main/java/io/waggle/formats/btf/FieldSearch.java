package io.waggle.formats.btf;

import java.util.Optional;

/** Finds fields by their names, in nameless members too. */
final class FieldSearch {
  /** Deepest nesting of nameless members; what is deeper holds itself. */
  private static final int DEEPEST = 32;

  private FieldSearch() {}

  static Optional<BtfField> find(Btf btf, int structure, String path) {
    long bits = 0;
    int type = structure;
    int from = 0;
    while (true) {
      int dot = path.indexOf('.', from);
      String name = path.substring(from, dot < 0 ? path.length() : dot);
      Optional<BtfField> field = named(btf, type, name, 0);
      if (field.isEmpty()) {
        return field;
      }
      bits += field.get().bitOffset();
      type = field.get().type();
      if (dot < 0) {
        return Optional.of(new BtfField(type, bits, field.get().bitSize()));
      }
      from = dot + 1;
    }
  }

  private static Optional<BtfField> named(Btf btf, int type, String name, int depth) {
    if (depth > DEEPEST
        || name.isEmpty()
        || !(btf.type(btf.strip(type)) instanceof BtfType.Struct struct)) {
      return Optional.empty();
    }
    for (BtfType.Member member : struct.members()) {
      if (member.name().equals(name)) {
        return Optional.of(new BtfField(member.type(), member.bitOffset(), member.bitSize()));
      }
      if (member.name().isEmpty()) {
        Optional<BtfField> inner = named(btf, member.type(), name, depth + 1);
        if (inner.isPresent()) {
          BtfField found = inner.get();
          return Optional.of(
              new BtfField(found.type(), member.bitOffset() + found.bitOffset(), found.bitSize()));
        }
      }
    }
    return Optional.empty();
  }
}
