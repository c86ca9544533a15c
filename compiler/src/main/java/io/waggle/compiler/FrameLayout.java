package io.waggle.compiler;

/** Where a function's stack objects and spilled values lie, below the frame pointer. */
final class FrameLayout {
  private final int[] offsets;
  private final int spills;
  private int used;
  private int temporary;

  FrameLayout(Function function, Allocation allocation) {
    offsets = new int[function.slots.size()];
    boolean[] wanted = wanted(function);
    for (StackSlot slot : function.slots) {
      if (wanted[slot.id()]) {
        // All in multiples of 8, since the verifier tracks the stack in such.
        used += (slot.size() + 7) & ~7;
        offsets[slot.id()] = -used;
      }
    }
    spills = used;
    used += 8 * allocation.spillSlots();
  }

  private static boolean[] wanted(Function function) {
    boolean[] wanted = new boolean[function.slots.size()];
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        mark(block.values[i], wanted);
        for (Value arg : block.values[i].args) {
          mark(arg, wanted);
        }
      }
    }
    return wanted;
  }

  private static void mark(Value value, boolean[] wanted) {
    if (value.op == Op.STACK) {
      wanted[((StackSlot) value.symbol).id()] = true;
    }
  }

  /** Whether anything uses the object, so that it has a place. */
  boolean has(StackSlot slot) {
    return offsets[slot.id()] < 0;
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
}
