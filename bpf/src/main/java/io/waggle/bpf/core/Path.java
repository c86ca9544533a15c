package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.List;

/**
 * A way from a type to a part of it, in one BTF.
 *
 * @param root the type it starts from
 * @param steps the first an index as if the root were an array
 * @param bitOffset of the part, from the start of element 0
 */
record Path(Btf types, int root, List<Step> steps, long bitOffset) {
  /** Longest way; what is longer is damage. */
  static final int LONGEST = 64;

  /**
   * One step.
   *
   * @param type the structure of a member, or the type of an element
   * @param index of the member or element
   * @param name of the member; empty for an element
   */
  record Step(int type, int index, String name) {}

  /** Reads the numbers of a relocation about a field. */
  static Path of(Btf types, CoreRelocation relocation) {
    int[] indexes = indexes(relocation);
    int type = types.strip(relocation.type());
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(type, indexes[0], ""));
    long bits = indexes[0] * types.size(type) * 8;
    for (int i = 1; i < indexes.length; i++) {
      type = types.strip(type);
      int index = indexes[i];
      switch (types.type(type)) {
        case BtfType.Struct struct when index < struct.members().size() -> {
          BtfType.Member member = struct.members().get(index);
          bits += member.bitOffset();
          if (!member.name().isEmpty()) {
            steps.add(new Step(type, index, member.name()));
          }
          type = member.type();
        }
        case BtfType.Array array -> {
          type = types.strip(array.element());
          steps.add(new Step(type, index, ""));
          bits += index * types.size(type) * 8;
        }
        default -> throw damaged(relocation);
      }
    }
    return new Path(types, relocation.type(), List.copyOf(steps), bits);
  }

  /** The single number of a relocation about a type or an enumeration's value. */
  static int index(CoreRelocation relocation) {
    int[] indexes = indexes(relocation);
    if (indexes.length != 1) {
      throw damaged(relocation);
    }
    return indexes[0];
  }

  private static int[] indexes(CoreRelocation relocation) {
    String[] words = relocation.access().split(":", -1);
    int[] indexes = new int[words.length];
    if (words.length > LONGEST) {
      throw damaged(relocation);
    }
    for (int i = 0; i < words.length; i++) {
      try {
        indexes[i] = Integer.parseInt(words[i]);
      } catch (NumberFormatException noNumber) {
        throw damaged(relocation);
      }
      if (indexes[i] < 0) {
        throw damaged(relocation);
      }
    }
    return indexes;
  }

  private static CoreException damaged(CoreRelocation relocation) {
    return new CoreException(
        "slot "
            + relocation.slot()
            + ": type "
            + relocation.type()
            + " has no part '"
            + relocation.access()
            + "'");
  }

  Step last() {
    return steps.getLast();
  }

  /** The part as C would name it: {@code struct sock.__sk_common.skc_num}. */
  String describe() {
    StringBuilder text = new StringBuilder(Types.describe(types, root));
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (!step.name().isEmpty()) {
        text.append('.').append(step.name());
      } else if (i > 0 || step.index() > 0) {
        text.append('[').append(step.index()).append(']');
      }
    }
    return text.toString();
  }
}
