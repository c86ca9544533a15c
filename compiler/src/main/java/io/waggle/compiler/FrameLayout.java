package io.waggle.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where a function's stack objects and spilled values lie, below the frame pointer. */
final class FrameLayout {
  private final int[] offsets;
  private final int spills;
  private int used;
  private int temporary;

  FrameLayout(Function function, Allocation allocation) {
    offsets = new int[function.slots.size()];
    for (StackSlot slot : function.slots) {
      // All in multiples of 8, since the verifier tracks the stack in such.
      used += (slot.size() + 7) & ~7;
      offsets[slot.id()] = -used;
    }
    spills = used;
    used += 8 * allocation.spillSlots();
  }

  int offset(StackSlot slot) {
    return offsets[slot.id()];
  }

  int spill(int number) {
    return -spills - 8 * (number + 1);
  }

  /** Room to break a cycle of moves. */
  int temporary() {
    if (temporary == 0) {
      used += 8;
      temporary = -used;
    }
    return temporary;
  }

  int used() {
    return used;
  }

  /** The objects of {@code function}, largest first. */
  static List<StackSlot> largest(Function function) {
    List<StackSlot> slots = new ArrayList<>(function.slots);
    slots.sort(Comparator.comparingInt(StackSlot::size).reversed());
    return slots.subList(0, Math.min(3, slots.size()));
  }
}
