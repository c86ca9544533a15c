package io.waggle.script.lower;

import java.util.ArrayList;
import java.util.List;

/**
 * Room for values that fit no register: on the stack when small, else in the program's scratch
 * memory, a per-CPU map. Temporaries are given back together at the end of a statement and used
 * again.
 */
final class Frame {

  /** A piece of room: a stack object, or a part of the scratch memory. */
  sealed interface Room {
    int size();
  }

  /** The stack object with this number; {@link Code} makes the addresses. */
  record Stack(int id, int size) implements Room {}

  /** Bytes {@code offset} to {@code offset + size} of the scratch memory. */
  record Scratch(int offset, int size) implements Room {}

  private final int stackLimit;
  private final ScratchMemory scratch;
  private final List<Room> free = new ArrayList<>();
  private final List<Room> temporaries = new ArrayList<>();
  private int stackObjects;

  /**
   * @param stackLimit largest object, in bytes, to be put on the stack
   */
  Frame(int stackLimit, ScratchMemory scratch) {
    this.stackLimit = stackLimit;
    this.scratch = scratch;
  }

  /** Room for as long as the program runs. */
  Room keep(int size) {
    int rounded = round(size);
    if (rounded <= stackLimit) {
      return new Stack(stackObjects++, rounded);
    }
    return new Scratch(scratch.allocate(rounded), rounded);
  }

  /** Room until {@link #release}. */
  Room temporary(int size) {
    int rounded = round(size);
    for (int i = 0; i < free.size(); i++) {
      if (free.get(i).size() == rounded) {
        Room room = free.remove(i);
        temporaries.add(room);
        return room;
      }
    }
    Room room = keep(size);
    temporaries.add(room);
    return room;
  }

  /** How many temporaries there are, for {@link #release}. */
  int mark() {
    return temporaries.size();
  }

  /** Gives back the temporaries made since {@code mark}. */
  void release(int mark) {
    while (temporaries.size() > mark) {
      free.add(temporaries.removeLast());
    }
  }

  private static int round(int size) {
    return Math.max(8, (size + 7) & ~7);
  }
}
