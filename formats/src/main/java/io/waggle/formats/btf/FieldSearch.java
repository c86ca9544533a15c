package io.waggle.formats.btf;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds fields by their names, in nameless members too. */
final class FieldSearch {
  private FieldSearch() {}

  static Optional<BtfField> find(Btf btf, int structure, String path) {
    long bits = 0;
    int type = structure;
    int from = 0;
    while (true) {
      int dot = path.indexOf('.', from);
      String name = path.substring(from, dot < 0 ? path.length() : dot);
      Optional<BtfField> field = named(btf, type, name, new HashSet<>());
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

  /** What was looked through already is passed over: damaged types may hold themselves. */
  private static Optional<BtfField> named(Btf btf, int type, String name, Set<Integer> seen) {
    int stripped = btf.strip(type);
    if (name.isEmpty()
        || !seen.add(stripped)
        || !(btf.type(stripped) instanceof BtfType.Struct struct)) {
      return Optional.empty();
    }
    for (BtfType.Member member : struct.members()) {
      if (member.name().equals(name)) {
        return Optional.of(new BtfField(member.type(), member.bitOffset(), member.bitSize()));
      }
      if (member.name().isEmpty()) {
        Optional<BtfField> inner = named(btf, member.type(), name, seen);
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
