package io.waggle.compiler;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.Operand;
import io.waggle.bpf.Register;
import java.util.List;

/** Writes the instructions of one function whose values have their places. */
final class Emitter {
  private final Function function;
  private final Target target;
  private final Code code;
  private final Allocation allocation;
  private final Places places;
  private Block next;

  Emitter(Function function, Target target, Code code) {
    this.function = function;
    this.target = target;
    this.code = code;
    this.allocation = Allocation.of(function);
    this.places = new Places(code, allocation, new FrameLayout(function, allocation));
  }

  FrameLayout frame() {
    return places.frame();
  }

  /** How many values lie on the stack for want of registers. */
  int spills() {
    return allocation.spills();
  }

  void emit() {
    code.label(function);
    takeParameters();
    List<Block> order = Layout.order(function);
    for (int i = order.size() - 1; i > 0; i--) {
      if (forward(order.get(i)) != order.get(i)) {
        order.remove(i);
      }
    }
    for (int i = 0; i < order.size(); i++) {
      Block block = order.get(i);
      next = i + 1 < order.size() ? order.get(i + 1) : null;
      code.label(block);
      for (int v = 0; v < block.size; v++) {
        Value value = block.values[v];
        code.at(value.line, value.column);
        emit(block, value);
      }
    }
  }

  private void takeParameters() {
    Moves moves = new Moves(places);
    for (Value parameter : function.parameters) {
      if (allocation.has(parameter)) {
        moves.add(places.location(parameter), (int) parameter.imm + 1);
      }
    }
    moves.emit();
  }

  private void emit(Block block, Value value) {
    if (value.type != Type.VOID && !allocation.has(value) && !value.op.isCall()) {
      return; // nobody uses it
    }
    switch (value.op) {
      case PHI, PARAM -> {}
      case CONST, STACK, MAP, FUNCTION, MAP_VALUE -> {
        places.make(value, places.result(value));
        places.finish(value);
      }
      case NEG -> {
        places.load(value.args[0], places.result(value));
        code.alu(AluOp.NEG, places.result(value), new Immediate(0));
        places.finish(value);
      }
      case ZEXT, SEXT -> extend(value);
      case BSWAP -> swap(value);
      case COMPARE -> compare(value);
      case BOUND_MASK -> {
        places.load(value.args[0], places.result(value));
        code.alu(AluOp.AND, places.result(value), new Immediate((int) value.imm));
        places.finish(value);
      }
      case BOUND_MAX -> {
        int to = places.result(value);
        Object fits = new Object();
        places.load(value.args[0], to);
        code.jump(JumpOp.LE, to, new Immediate((int) value.imm), fits);
        code.constant(to, value.imm);
        code.label(fits);
        places.finish(value);
      }
      case LOAD -> loadMemory(value);
      case STORE -> store(value);
      case ATOMIC -> atomic(value);
      case CALL, CALL_LOCAL -> call(value);
      case JUMP -> {
        moveToPhis(block, block.successors[0]);
        Block to = forward(block.successors[0]);
        if (to == next && isBefore(to, block)) {
          // Older verifiers (6.1: push_insn() in kernel/bpf/verifier.c) take a way back to the head
          // of a loop only from a jump. One over nothing is dropped when the kernel has verified.
          code.jump(to);
        } else {
          jump(to);
        }
      }
      case BRANCH -> branch(block, value);
      case RETURN -> {
        places.load(value.args[0], 0);
        code.add(Instruction.Exit.EXIT);
      }
      default -> binary(value);
    }
  }

  // Arithmetic.

  private void binary(Value value) {
    Value a = value.args[0];
    Value b = value.args[1];
    int to = places.result(value);
    if (value.op.isCommutative()
        && allocation.has(b)
        && allocation.register(b) == to
        && !(allocation.has(a) && allocation.register(a) == to)) {
      Value swapped = a;
      a = b;
      b = swapped;
    }
    places.load(a, to);
    if (b.op == Op.CONST && !allocation.has(b)) {
      byConstant(value.op, to, (int) b.imm);
    } else {
      code.alu(alu(value.op), to, places.operand(b, Allocation.SCRATCH_2));
    }
    places.finish(value);
  }

  /** The verifier refuses division by the constant 0 and shifts beyond the width. */
  private void byConstant(Op op, int to, int number) {
    boolean shift = op == Op.SHL || op == Op.SHR || op == Op.SAR;
    boolean division = op == Op.DIV || op == Op.SDIV;
    if (number == 0 && division) {
      code.constant(to, 0);
    } else if (number != 0 || op != Op.MOD && op != Op.SMOD) {
      code.alu(alu(op), to, new Immediate(shift ? number & 63 : number));
    }
  }

  private static AluOp alu(Op op) {
    return switch (op) {
      case ADD -> AluOp.ADD;
      case SUB -> AluOp.SUB;
      case MUL -> AluOp.MUL;
      case DIV -> AluOp.DIV;
      case MOD -> AluOp.MOD;
      case SDIV -> AluOp.SDIV;
      case SMOD -> AluOp.SMOD;
      case AND -> AluOp.AND;
      case OR -> AluOp.OR;
      case XOR -> AluOp.XOR;
      case SHL -> AluOp.LSH;
      case SHR -> AluOp.RSH;
      case SAR -> AluOp.ARSH;
      default -> throw new IllegalStateException(op + " is no arithmetic");
    };
  }

  private void extend(Value value) {
    int to = places.result(value);
    int bits = (int) value.imm;
    boolean signed = value.op == Op.SEXT;
    if (signed && target.has(MachineFeature.V4_INSTRUCTIONS)) {
      int from = places.register(value.args[0], to);
      code.add(new Instruction.Alu(true, AluOp.MOV, Register.of(to), Register.of(from), bits));
    } else if (!signed && bits == 32) {
      int from = places.register(value.args[0], to);
      code.add(new Instruction.Alu(false, AluOp.MOV, Register.of(to), Register.of(from)));
    } else if (!signed) {
      places.load(value.args[0], to);
      code.alu(AluOp.AND, to, new Immediate((1 << bits) - 1));
    } else {
      places.load(value.args[0], to);
      code.alu(AluOp.LSH, to, new Immediate(64 - bits));
      code.alu(AluOp.ARSH, to, new Immediate(64 - bits));
    }
    places.finish(value);
  }

  private void swap(Value value) {
    int to = places.result(value);
    places.load(value.args[0], to);
    code.add(new Instruction.ByteSwap(Instruction.Order.TO_BIG, Register.of(to), (int) value.imm));
    places.finish(value);
  }

  private void compare(Value value) {
    int to = places.result(value);
    int left = places.register(value.args[0], Allocation.SCRATCH);
    Operand right = places.operand(value.args[1], Allocation.SCRATCH_2);
    Object holds = new Object();
    Object done = new Object();
    if (left != to && !(right instanceof Register register && register.ordinal() == to)) {
      code.constant(to, 1);
      code.jump(value.condition, left, right, done);
      code.constant(to, 0);
    } else {
      code.jump(value.condition, left, right, holds);
      code.constant(to, 0);
      code.jump(done);
      code.label(holds);
      code.constant(to, 1);
    }
    code.label(done);
    places.finish(value);
  }

  // Memory.

  private int base(Value base, int scratch) {
    return isFrame(base) ? Places.FRAME : places.register(base, scratch);
  }

  private int offset(Value base, long imm) {
    return (int)
        (isFrame(base) ? places.frame().offset((StackSlot) base.symbol) + base.imm + imm : imm);
  }

  private boolean isFrame(Value base) {
    return base.op == Op.STACK && !allocation.has(base);
  }

  private void loadMemory(Value value) {
    int to = places.result(value);
    int base = base(value.args[0], to);
    boolean extend = value.signed && !target.has(MachineFeature.V4_INSTRUCTIONS);
    code.add(
        new Instruction.Load(
            value.size,
            value.signed && !extend,
            Register.of(to),
            Register.of(base),
            offset(value.args[0], value.imm)));
    if (extend) {
      int bits = 64 - 8 * value.size.bytes();
      code.alu(AluOp.LSH, to, new Immediate(bits));
      code.alu(AluOp.ARSH, to, new Immediate(bits));
    }
    places.finish(value);
  }

  private void store(Value value) {
    int base = base(value.args[0], Allocation.SCRATCH);
    Operand what = places.operand(value.args[1], Allocation.SCRATCH_2);
    code.add(
        new Instruction.Store(
            value.size, Register.of(base), offset(value.args[0], value.imm), what));
  }

  private void atomic(Value value) {
    int base = base(value.args[0], Allocation.SCRATCH);
    int offset = offset(value.args[0], value.imm);
    int what = places.register(value.args[1], Allocation.SCRATCH_2);
    if (value.fetch && allocation.has(value)) {
      // The old value replaces the operand, which may be needed later.
      int to = allocation.register(value) >= 0 ? allocation.register(value) : Allocation.SCRATCH_2;
      code.move(to, what);
      atomic(value, true, base, offset, to);
      if (allocation.register(value) < 0) {
        places.copy(places.location(value), to);
      }
      return;
    }
    atomic(value, false, base, offset, what);
  }

  private void atomic(Value value, boolean fetch, int base, int offset, int what) {
    code.add(
        new Instruction.Atomic(
            value.size, value.atomic, fetch, Register.of(base), offset, Register.of(what)));
  }

  // Control.

  private void call(Value value) {
    Moves moves = new Moves(places);
    for (int i = 0; i < value.args.length; i++) {
      moves.add(i + 1, value.args[i]);
    }
    moves.emit();
    if (value.symbol instanceof HelperSignature helper) {
      code.add(Instruction.Call.helper(helper.id()));
    } else {
      code.call((Function) value.symbol);
    }
    if (allocation.has(value)) {
      places.copy(places.location(value), 0);
    }
  }

  /** Where a jump to {@code block} ends: past blocks that do nothing but jump on. */
  private Block forward(Block block) {
    Block at = block;
    for (int steps = 0; steps < function.blocks.size(); steps++) {
      if (at.size > 1 || at.terminator().op != Op.JUMP || movesToPhis(at, at.successors[0])) {
        return at;
      }
      at = at.successors[0];
    }
    return block; // a loop that does nothing
  }

  private boolean movesToPhis(Block from, Block to) {
    int edge = to.indexOfPredecessor(from);
    for (int i = 0; i < to.phiCount(); i++) {
      Value phi = to.values[i];
      if (allocation.has(phi) && places.location(phi) != places.location(phi.args[edge])) {
        return true;
      }
    }
    return false;
  }

  private void branch(Block block, Value value) {
    Block then = forward(block.successors[0]);
    Block otherwise = forward(block.successors[1]);
    if (then == otherwise) {
      jump(then);
      return;
    }
    int left = places.register(value.args[0], Allocation.SCRATCH);
    Operand right = places.operand(value.args[1], Allocation.SCRATCH_2);
    if (then == next && value.condition != JumpOp.SET) {
      code.jump(Fold.negated(value.condition), left, right, otherwise);
    } else {
      code.jump(value.condition, left, right, then);
      jump(otherwise);
    }
  }

  private void jump(Block to) {
    if (to != next) {
      code.jump(to);
    }
  }

  /** Whether the function reaches {@code block} through {@code to}, or at least no earlier. */
  private boolean isBefore(Block to, Block block) {
    return function.blocks.indexOf(to) <= function.blocks.indexOf(block);
  }

  private void moveToPhis(Block from, Block to) {
    int phis = to.phiCount();
    if (phis == 0) {
      return;
    }
    int edge = to.indexOfPredecessor(from);
    Moves moves = new Moves(places);
    for (int i = 0; i < phis; i++) {
      Value phi = to.values[i];
      if (allocation.has(phi)) {
        moves.add(places.location(phi), phi.args[edge]);
      }
    }
    moves.emit();
  }
}
