package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.List;

/**
 * The way to a field, by its turning points: named fields and elements of arrays. Nameless members
 * on the way are passed through without mention, so that they may differ between kernels.
 *
 * @param btf whose types these are
 * @param steps the first is the element of an imagined array of the type where the way begins
 * @param bitOffset from there to the field
 */
record Access(Btf btf, List<Step> steps, long bitOffset) {
  /** libbpf's limit for the numbers of an access; it also ends what holds itself. */
  static final int DEEPEST = 64;

  /**
   * A turning point.
   *
   * @param type of a named field the structure it is in; else the type of the array's elements
   * @param index of the member in the structure or of the element in the array
   * @param name of the field; empty for an element
   */
  record Step(int type, int index, String name) {
    boolean isField() {
      return !name.isEmpty();
    }
  }

  Access {
    steps = List.copyOf(steps);
  }

  Step last() {
    return steps.getLast();
  }

  /** The member that a step goes to. */
  static BtfType.Member member(Btf btf, Step step) {
    return ((BtfType.Struct) btf.type(step.type())).members().get(step.index());
  }

  /** The way that a relocation describes, in the object's own types. */
  static Access parse(Btf btf, CoreRelocation relocation) {
    int[] numbers = numbers(relocation);
    int type = btf.strip(relocation.type());
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(type, numbers[0], ""));
    long bits = numbers[0] * btf.size(type) * 8;
    for (int i = 1; i < numbers.length; i++) {
      int index = numbers[i];
      switch (btf.type(type)) {
        case BtfType.Struct struct when index < struct.members().size() -> {
          BtfType.Member member = struct.members().get(index);
          bits += member.bitOffset();
          if (!member.name().isEmpty()) {
            steps.add(new Step(type, index, member.name()));
          }
          type = btf.strip(member.type());
        }
        case BtfType.Array array when holds(btf, steps.getLast(), array, index) -> {
          type = btf.strip(array.element());
          steps.add(new Step(type, index, ""));
          bits += index * btf.size(type) * 8;
        }
        default ->
            throw CoreException.at(
                relocation, "access " + relocation.access() + " leaves type " + relocation.type());
      }
    }
    return new Access(btf, steps, bits);
  }

  /** True if an array has that element; one at a structure's end with no count has all. */
  static boolean holds(Btf btf, Step array, BtfType.Array type, int index) {
    if (index < type.count()) {
      return true;
    }
    return type.count() == 0
        && array.isField()
        && btf.type(array.type()) instanceof BtfType.Struct struct
        && array.index() == struct.members().size() - 1;
  }

  static int[] numbers(CoreRelocation relocation) {
    String[] words = relocation.access().split(":", -1);
    int[] numbers = new int[words.length];
    try {
      for (int i = 0; i < words.length; i++) {
        numbers[i] = Integer.parseUnsignedInt(words[i]);
      }
    } catch (NumberFormatException e) {
      throw CoreException.at(relocation, "'" + relocation.access() + "' is no access");
    }
    if (numbers.length > DEEPEST || java.util.Arrays.stream(numbers).anyMatch(n -> n < 0)) {
      throw CoreException.at(relocation, "'" + relocation.access() + "' is no access");
    }
    return numbers;
  }

  /** The way as C writes it, such as {@code .comm[3]}. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps.subList(1, steps.size())) {
      if (step.isField()) {
        text.append(text.isEmpty() ? "" : ".").append(step.name());
      } else {
        text.append('[').append(step.index()).append(']');
      }
    }
    return text.toString();
  }
}
