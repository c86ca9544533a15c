package io.waggle.compiler;

import java.util.Arrays;

/**
 * A basic block: values in order of execution, the last one a terminator. Made by {@link
 * FunctionBuilder#block}.
 */
public final class Block {
  private static final Block[] NONE = {};

  final int id;
  final String label;
  Value[] values = new Value[8];
  int size;
  Block[] predecessors = NONE;
  Block[] successors = NONE;
  boolean sealed;

  Block(int id, String label) {
    this.id = id;
    this.label = label;
  }

  /** How many values the block has. */
  public int size() {
    return size;
  }

  /** The value at {@code index}, 0 to {@code size() - 1}. */
  public Value value(int index) {
    return values[index];
  }

  /** How many edges lead here. */
  public int predecessorCount() {
    return predecessors.length;
  }

  /** The block at the start of the edge {@code index}; a block may appear twice. */
  public Block predecessor(int index) {
    return predecessors[index];
  }

  /** How many edges lead away: 0, 1 or 2. */
  public int successorCount() {
    return successors.length;
  }

  /** The block at the end of the edge {@code index}. */
  public Block successor(int index) {
    return successors[index];
  }

  /** True when the last value is a terminator. */
  public boolean isTerminated() {
    return size > 0 && values[size - 1].op.isTerminator();
  }

  @Override
  public String toString() {
    return label + "." + id;
  }

  Value terminator() {
    return values[size - 1];
  }

  int phiCount() {
    int count = 0;
    while (count < size && values[count].op == Op.PHI) {
      count++;
    }
    return count;
  }

  void append(Value value) {
    insert(size, value);
  }

  void insert(int index, Value value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    System.arraycopy(values, index, values, index + 1, size - index);
    values[index] = value;
    size++;
    value.block = this;
  }

  /** Forgets the values from {@code length} on. */
  void truncate(int length) {
    Arrays.fill(values, length, size, null);
    size = length;
  }

  /** Closes up where a value was made null. */
  void removeGaps() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (values[i] != null) {
        values[kept++] = values[i];
      }
    }
    truncate(kept);
  }

  void addPredecessor(Block block) {
    predecessors = Arrays.copyOf(predecessors, predecessors.length + 1);
    predecessors[predecessors.length - 1] = block;
  }

  /** Removes the edge {@code index} and the argument of each phi that came along it. */
  void removePredecessor(int index) {
    predecessors = without(predecessors, index);
    for (int i = 0; i < size && values[i].op == Op.PHI; i++) {
      values[i].args = without(values[i].args, index);
    }
  }

  int indexOfPredecessor(Block block) {
    for (int i = 0; i < predecessors.length; i++) {
      if (predecessors[i] == block) {
        return i;
      }
    }
    throw new IllegalStateException(block + " does not lead to " + this);
  }

  /** The second of two edges from a block that branches here either way. */
  int lastIndexOfPredecessor(Block block) {
    int index = predecessors.length - 1;
    while (predecessors[index] != block) {
      index--;
    }
    return index;
  }

  private static <T> T[] without(T[] array, int index) {
    T[] rest = Arrays.copyOf(array, array.length - 1);
    System.arraycopy(array, index + 1, rest, index, rest.length - index);
    return rest;
  }
}
