package io.waggle.compiler;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Operand;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;

/** Where the values of a function are while it runs, and the code that brings them elsewhere. */
final class Places {
  /** The {@link #location} of a value that is made where it is used. */
  static final int REMADE = 100;

  /** The number of the frame pointer. */
  static final int FRAME = 10;

  private final Code code;
  private final Allocation allocation;
  private final FrameLayout frame;

  Places(Code code, Allocation allocation, FrameLayout frame) {
    this.code = code;
    this.allocation = allocation;
    this.frame = frame;
  }

  FrameLayout frame() {
    return frame;
  }

  /** A register's number, the negative offset of a place in the frame, or {@link #REMADE}. */
  int location(Value value) {
    if (!allocation.has(value)) {
      return REMADE;
    }
    int register = allocation.register(value);
    return register >= 0 ? register : frame.spill(allocation.spill(value));
  }

  /** Makes a value anew, in a register or in the frame. */
  void remake(Value value, int target) {
    if (target >= 0) {
      make(value, target);
    } else if (value.op == Op.CONST && value.imm == (int) value.imm) {
      code.add(
          new Instruction.Store(Size.DOUBLE, Register.R10, target, new Immediate((int) value.imm)));
    } else {
      make(value, Allocation.SCRATCH);
      copy(target, Allocation.SCRATCH);
    }
  }

  /** Copies 8 bytes between registers and places in the frame. */
  void copy(int target, int source) {
    if (target >= 0 && source >= 0) {
      code.move(target, source);
    } else if (target >= 0) {
      code.add(new Instruction.Load(Size.DOUBLE, false, Register.of(target), Register.R10, source));
    } else if (source >= 0) {
      code.add(new Instruction.Store(Size.DOUBLE, Register.R10, target, Register.of(source)));
    } else {
      copy(Allocation.SCRATCH, source);
      copy(target, Allocation.SCRATCH);
    }
  }

  /** The register to compute a result in; {@link #finish} then puts it in its place. */
  int result(Value value) {
    int register = allocation.register(value);
    return register >= 0 ? register : Allocation.SCRATCH;
  }

  void finish(Value value) {
    if (allocation.has(value) && allocation.register(value) < 0) {
      copy(location(value), Allocation.SCRATCH);
    }
  }

  /** Puts a value into {@code register}. */
  void load(Value value, int register) {
    int location = location(value);
    if (location == REMADE) {
      make(value, register);
    } else {
      copy(register, location);
    }
  }

  /** A register that holds the value: its own, or {@code scratch} with a copy. */
  int register(Value value, int scratch) {
    int register = allocation.has(value) ? allocation.register(value) : -1;
    if (register >= 0) {
      return register;
    }
    load(value, scratch);
    return scratch;
  }

  Operand operand(Value value, int scratch) {
    if (!allocation.has(value) && value.op == Op.CONST) {
      return new Immediate((int) value.imm);
    }
    return Register.of(register(value, scratch));
  }

  void make(Value value, int register) {
    switch (value.op) {
      case CONST -> code.constant(register, value.imm);
      case STACK -> {
        code.move(register, FRAME);
        int offset = frame.offset((StackSlot) value.symbol) + (int) value.imm;
        code.alu(AluOp.ADD, register, new Immediate(offset));
      }
      case MAP ->
          code.add(
              new Instruction.LoadWide(
                  Register.of(register), new WideSource.Map((String) value.symbol)));
      case MAP_VALUE ->
          code.add(
              new Instruction.LoadWide(
                  Register.of(register),
                  new WideSource.MapValue((String) value.symbol, (int) value.imm)));
      case FUNCTION -> code.function(register, (Function) value.symbol);
      default -> throw new IllegalStateException(value + " cannot be made anew");
    }
  }
}
