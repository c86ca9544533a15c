package io.waggle.compiler;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.Size;

/**
 * One operation and its result. Made by a {@link FunctionBuilder}; to its users a value is a token
 * that stands for what was computed, and two tokens are the same value only when they are the same
 * object.
 */
public final class Value {
  static final Value[] NONE = {};

  final int id;
  Op op;
  final Type type;
  Value[] args;

  /** Constant, offset, parameter index, bit count or bound, as {@link Op} says. */
  long imm;

  /** Width of arithmetic and comparison: true for 64 bits. */
  boolean wide = true;

  /** Sign-extends a load. */
  boolean signed;

  /** An atomic gives the old value. */
  boolean fetch;

  /** Width of a memory access. */
  Size size;

  JumpOp condition;
  AtomicOp atomic;

  /** {@link StackSlot}, {@link HelperSignature}, {@link Function} or the name of a map. */
  Object symbol;

  int line;
  int column;
  Block block;

  /** What passes have put in place of this value; see {@link #resolve}. */
  Value replacement;

  Value(int id, Op op, Type type, Value... args) {
    this.id = id;
    this.op = op;
    this.type = type;
    this.args = args;
  }

  /** What the value computes. */
  public Op op() {
    return op;
  }

  /** What the value holds. */
  public Type type() {
    return type;
  }

  /** True for the number {@code number} as a constant. */
  public boolean isConstant(long number) {
    return op == Op.CONST && imm == number;
  }

  /** True for any constant number. */
  public boolean isConstant() {
    return op == Op.CONST;
  }

  /** The number of a constant. */
  public long constant() {
    if (op != Op.CONST) {
      throw new IllegalStateException(this + " is no constant");
    }
    return imm;
  }

  @Override
  public String toString() {
    return "%" + id;
  }

  /** The value that stands for this one now. */
  Value resolve() {
    Value value = this;
    while (value.replacement != null) {
      value = value.replacement;
    }
    return value;
  }
}
