package io.waggle.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much stack the functions of a program take together. */
final class StackDepth {
  /** MAX_BPF_STACK, include/linux/filter.h. */
  private static final int MAX = 512;

  private static final int NAMED = 3;

  private final Program program;
  private final Map<Function, FrameLayout> frames = new HashMap<>();

  StackDepth(Program program) {
    this.program = program;
  }

  void add(Function function, FrameLayout frame) {
    frames.put(function, frame);
  }

  /**
   * The bytes of the deepest chain of functions.
   *
   * @throws FrameTooLarge if the kernel does not give as many
   */
  int check() {
    List<Function> chain = deepest(program.functions.getFirst());
    int bytes = bytes(chain);
    if (bytes > MAX) {
      throw new FrameTooLarge(program.name, bytes, largest(chain));
    }
    return bytes;
  }

  private List<Function> deepest(Function function) {
    List<Function> below = List.of();
    for (Function callee : function.callees()) {
      List<Function> chain = deepest(callee);
      if (bytes(chain) > bytes(below)) {
        below = chain;
      }
    }
    List<Function> chain = new ArrayList<>(below);
    chain.addFirst(function);
    return chain;
  }

  /** The kernel counts each frame in steps of 32 (kernel/bpf/verifier.c, check_max_stack_depth). */
  private int bytes(List<Function> chain) {
    int bytes = 0;
    for (Function function : chain) {
      bytes += Math.max(1, frames.get(function).used()) + 31 & -32;
    }
    return bytes;
  }

  private List<StackSlot> largest(List<Function> chain) {
    List<StackSlot> slots = new ArrayList<>();
    for (Function function : chain) {
      for (StackSlot slot : function.slots) {
        if (frames.get(function).has(slot)) {
          slots.add(slot);
        }
      }
    }
    slots.sort(Comparator.comparingInt(StackSlot::size).reversed());
    return slots.subList(0, Math.min(NAMED, slots.size()));
  }
}
