package io.waggle.script.lower;

import java.util.HashMap;
import java.util.Map;

/**
 * The part of a per-CPU scratch map that one program uses. Programs of one kind share a map, since
 * they do not interrupt each other on a CPU; a perf event can interrupt a uprobe program and so has
 * a map of its own. A uprobe program that is preempted by a task running another one shares its
 * memory with that; keys and variables that must not suffer from it fit the stack.
 */
final class ScratchMemory {
  private final Map<Object, Frame.Room> shared = new HashMap<>();
  private int size;

  /** The offset of {@code bytes} bytes, a multiple of 8. */
  int allocate(int bytes) {
    int offset = size;
    size += bytes;
    return offset;
  }

  /** Room that all functions of the program know by {@code key}. */
  Frame.Room shared(Object key, int bytes) {
    int rounded = bytes + 7 & ~7;
    return shared.computeIfAbsent(key, _ -> new Frame.Scratch(allocate(rounded), rounded));
  }

  /** Bytes in use, 0 when the program needs none. */
  int size() {
    return size;
  }
}
