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
  private Value[] leaves = new Value[32];
  private int leafCount;

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
    return leaf(Op.CONST, Type.INT, number, null);
  }

  /** The one leaf of these contents. */
  Value leaf(Op op, Type type, long imm, Object symbol) {
    int mask = leaves.length - 1;
    int at = hash(op, imm) & mask;
    for (; leaves[at] != null; at = at + 1 & mask) {
      Value leaf = leaves[at];
      if (leaf.imm == imm && leaf.op == op && isSame(leaf.symbol, symbol)) {
        return leaf;
      }
    }
    Value leaf = value(op, type, Value.NONE);
    leaf.imm = imm;
    leaf.symbol = symbol;
    leaves[at] = leaf;
    if (++leafCount * 2 > leaves.length) {
      growLeaves();
    }
    return leaf;
  }

  /** Maps are named by text; all else is one object, and records compare slowly the first time. */
  private static boolean isSame(Object a, Object b) {
    return a == b || a instanceof String text && text.equals(b);
  }

  private void growLeaves() {
    Value[] old = leaves;
    leaves = new Value[old.length * 2];
    int mask = leaves.length - 1;
    for (Value leaf : old) {
      if (leaf != null) {
        int at = hash(leaf.op, leaf.imm) & mask;
        while (leaves[at] != null) {
          at = at + 1 & mask;
        }
        leaves[at] = leaf;
      }
    }
  }

  private static int hash(Op op, long imm) {
    return (int) (imm * 0x9E3779B97F4A7C15L >>> 40) + op.ordinal();
  }

  /** Makes every argument its replacement and drops the replaced values. */
  void removeReplaced() {
    for (Block block : blocks) {
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        for (int arg = 0; arg < value.args.length; arg++) {
          value.args[arg] = value.args[arg].resolve();
        }
        if (value.replacement != null) {
          block.values[i] = null;
        }
      }
      block.removeGaps();
    }
  }

  /** The functions that this one calls or hands to helpers; some may come twice. */
  List<Function> callees() {
    List<Function> callees = new ArrayList<>();
    for (Block block : blocks) {
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        if (value.op == Op.CALL_LOCAL) {
          callees.add((Function) value.symbol);
        }
        for (Value arg : value.args) {
          if (arg.op == Op.FUNCTION) {
            callees.add((Function) arg.symbol);
          }
        }
      }
    }
    return callees;
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
