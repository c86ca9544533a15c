package io.waggle.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A function of a program: its blocks (the first is the entry), parameters and stack objects. */
public final class Function {
  final Program program;
  final String name;
  final Value[] parameters;
  final List<Block> blocks = new ArrayList<>();
  final List<StackSlot> slots = new ArrayList<>();
  int valueCount;
  int blockCount;

  Function(Program program, String name, Type... types) {
    this.program = program;
    this.name = name;
    this.parameters = new Value[types.length];
    for (int i = 0; i < types.length; i++) {
      parameters[i] = value(Op.PARAM, types[i]);
      parameters[i].imm = i;
    }
  }

  /** The name, for listings. */
  public String name() {
    return name;
  }

  /** The program this is part of. */
  public Program program() {
    return program;
  }

  /** The blocks, entry first. */
  public List<Block> blocks() {
    return List.copyOf(blocks);
  }

  /** True for the function that the kernel calls with the context. */
  boolean isMain() {
    return program.functions.getFirst() == this;
  }

  Value value(Op op, Type type, Value... args) {
    return new Value(valueCount++, op, type, args);
  }

  Value constant(long number) {
    Value value = value(Op.CONST, Type.INT, Value.NONE);
    value.imm = number;
    return value;
  }

  Block block(String label) {
    return new Block(blockCount++, label);
  }

  StackSlot slot(String slotName, int size, int align) {
    StackSlot slot = new StackSlot(slots.size(), slotName, size, align);
    slots.add(slot);
    return slot;
  }

  @Override
  public String toString() {
    return name + Arrays.toString(parameters);
  }
}
