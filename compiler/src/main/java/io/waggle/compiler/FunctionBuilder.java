package io.waggle.compiler;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.Size;

/**
 * Writes a function, block by block. Values are simplified as they are made.
 *
 * <p>{@link #enter} chooses the block that grows; each ends with one of {@link #jump}, {@link
 * #branch} and {@link #returnValue}. A block is sealed by {@link #seal} once no more jumps to it
 * will be made, at the latest when the function is complete.
 */
public final class FunctionBuilder {
  private final Function function;
  private final Target target;
  private final Variables variables;
  private Block block;
  private int line;
  private int column;

  FunctionBuilder(Function function, Target target) {
    this.function = function;
    this.target = target;
    this.variables = new Variables(function);
    this.block = function.block("entry");
    function.blocks.add(block);
    variables.seal(block);
    for (Value parameter : function.parameters) {
      block.append(parameter);
    }
  }

  /** The function being written. */
  public Function function() {
    return function;
  }

  /** What follows comes from this line of the source; 0 for none. */
  public void at(int newLine, int newColumn) {
    line = newLine;
    column = newColumn;
  }

  // Blocks.

  /** A new block, empty. */
  public Block block(String label) {
    return function.block(label);
  }

  /** Goes on at the end of {@code next}. */
  public void enter(Block next) {
    if (next.isTerminated()) {
      throw new IllegalStateException(next + " has its end");
    }
    if (!function.blocks.contains(next)) {
      function.blocks.add(next);
    }
    block = next;
  }

  /** No more jumps to {@code finished} will be made. */
  public void seal(Block finished) {
    variables.seal(finished);
  }

  /** Whether the current block still lacks its end. */
  public boolean isOpen() {
    return !block.isTerminated();
  }

  /** Ends the block. */
  public void jump(Block to) {
    append(function.value(Op.JUMP, Type.VOID, Value.NONE));
    connect(to);
  }

  /** Ends the block: to {@code then} if the condition holds. */
  public void branch(JumpOp condition, Value a, Value b, Block then, Block otherwise) {
    if (a.op == Op.COMPARE
        && b.isConstant(0)
        && (condition == JumpOp.NE || condition == JumpOp.EQ)) {
      boolean same = condition == JumpOp.NE;
      branch(a.condition, a.args[0], a.args[1], same ? then : otherwise, same ? otherwise : then);
      return;
    }
    if (a.isConstant() && b.isConstant()) {
      jump(Fold.holds(condition, a.imm, b.imm) ? then : otherwise);
      return;
    }
    if (a.isConstant()) {
      branch(Fold.swapped(condition), b, a, then, otherwise);
      return;
    }
    Value value = function.value(Op.BRANCH, Type.VOID, a, b);
    value.condition = condition;
    append(value);
    connect(then);
    connect(otherwise);
  }

  /** Ends the block and the function. */
  public void returnValue(Value result) {
    append(function.value(Op.RETURN, Type.VOID, result));
  }

  private void connect(Block to) {
    block.successors = java.util.Arrays.copyOf(block.successors, block.successors.length + 1);
    block.successors[block.successors.length - 1] = to;
    to.addPredecessor(block);
  }

  // Variables.

  /** A new variable, 0 until written. */
  public Variable variable(String name, Type type) {
    return variables.declare(name, type);
  }

  /** What {@code variable} holds here. */
  public Value read(Variable variable) {
    return variables.read(variable.id(), block);
  }

  /** From here on {@code variable} holds {@code value}. */
  public void write(Variable variable, Value value) {
    variables.write(variable.id(), block, value);
  }

  // Values.

  /** Parameter {@code index}; of the main function, 0 is the context. */
  public Value parameter(int index) {
    return function.parameters[index];
  }

  /** A number. */
  public Value constant(long number) {
    return function.constant(number);
  }

  /** A binary operation on 64 bits; an address and a number added give an address. */
  public Value binary(Op op, Value a, Value b) {
    if (!op.isBinary()) {
      throw new IllegalArgumentException(op + " is no binary operation");
    }
    if (op.isCommutative() && a.isConstant() && !b.isConstant()) {
      return binary(op, b, a);
    }
    if (a.isConstant() && b.isConstant()) {
      return constant(Fold.binary(op, a.imm, b.imm));
    }
    if (b.isConstant()) {
      if (Fold.isIdentity(op, b.imm)) {
        return a;
      }
      if (b.imm == 0 && (op == Op.MOD || op == Op.SMOD)) {
        return a;
      }
      if (b.imm == 0 && (op == Op.AND || op == Op.MUL || op == Op.DIV || op == Op.SDIV)) {
        return constant(0);
      }
      if ((op == Op.SHL || op == Op.SHR || op == Op.SAR) && (b.imm & 63) != b.imm) {
        return binary(op, a, constant(b.imm & 63));
      }
      if (op == Op.ADD && a.op == Op.STACK) {
        return stack((StackSlot) a.symbol, (int) (a.imm + b.imm));
      }
      if (op == Op.ADD && a.op == Op.ADD && a.args[1].isConstant()) {
        return binary(Op.ADD, a.args[0], constant(a.args[1].imm + b.imm));
      }
    }
    boolean address = op == Op.ADD && (a.type == Type.POINTER || b.type == Type.POINTER);
    return append(function.value(op, address ? Type.POINTER : Type.INT, a, b));
  }

  /** {@code -a}. */
  public Value negate(Value a) {
    return a.isConstant() ? constant(-a.imm) : append(function.value(Op.NEG, Type.INT, a));
  }

  /** The low {@code bits} (8, 16, 32), zero-extended. */
  public Value zeroExtend(Value a, int bits) {
    if (a.isConstant()) {
      return constant(a.imm & (1L << bits) - 1);
    }
    if (a.op == Op.LOAD && !a.signed && 8 * a.size.bytes() <= bits || a.op == Op.COMPARE) {
      return a;
    }
    return withBits(Op.ZEXT, a, bits);
  }

  /** The low {@code bits} (8, 16, 32), sign-extended. */
  public Value signExtend(Value a, int bits) {
    if (a.isConstant()) {
      return constant(a.imm << 64 - bits >> 64 - bits);
    }
    if (a.op == Op.LOAD && a.signed && 8 * a.size.bytes() <= bits || a.op == Op.COMPARE) {
      return a;
    }
    return withBits(Op.SEXT, a, bits);
  }

  /** The low {@code bits} (16, 32, 64) with their bytes reversed, zero-extended. */
  public Value byteSwap(Value a, int bits) {
    return withBits(Op.BSWAP, a, bits);
  }

  private Value withBits(Op op, Value a, int bits) {
    Value value = function.value(op, Type.INT, a);
    value.imm = bits;
    return append(value);
  }

  /** 1 when the condition holds, else 0. */
  public Value compare(JumpOp condition, Value a, Value b) {
    if (a.isConstant() && b.isConstant()) {
      return constant(Fold.holds(condition, a.imm, b.imm) ? 1 : 0);
    }
    if (a.isConstant()) {
      return compare(Fold.swapped(condition), b, a);
    }
    if (a.op == Op.COMPARE && b.isConstant(0) && condition == JumpOp.NE) {
      return a;
    }
    if (a.op == Op.COMPARE
        && a.condition != JumpOp.SET
        && b.isConstant(0)
        && condition == JumpOp.EQ) {
      return compare(Fold.negated(a.condition), a.args[0], a.args[1]);
    }
    Value value = function.value(Op.COMPARE, Type.INT, a, b);
    value.condition = condition;
    return append(value);
  }

  /** {@code a & mask}, kept so that the verifier sees the bound. */
  public Value boundMask(Value a, long mask) {
    Value value = function.value(Op.BOUND_MASK, Type.INT, a);
    value.imm = mask;
    return append(value);
  }

  /** {@code min(a, most)}, unsigned, kept so that the verifier sees the bound. */
  public Value boundMax(Value a, long most) {
    if (a.isConstant() && Long.compareUnsigned(a.imm, most) <= 0) {
      return a;
    }
    Value value = function.value(Op.BOUND_MAX, Type.INT, a);
    value.imm = most;
    return append(value);
  }

  // Memory.

  /** Memory at {@code base + offset}; {@code signed} for sign extension of less than 8 bytes. */
  public Value load(Size size, boolean signed, Value base, int offset) {
    return load(size, signed, base, offset, Type.INT);
  }

  /** An address that the verifier knows to lie there: a spilled pointer, a field of a context. */
  public Value loadPointer(Value base, int offset) {
    return load(Size.DOUBLE, false, base, offset, Type.POINTER);
  }

  private Value load(Size size, boolean signed, Value base, int offset, Type type) {
    Value value = function.value(Op.LOAD, type, reachable(base, offset));
    value.size = size;
    value.signed = signed && size != Size.DOUBLE;
    value.imm = reach(base, offset);
    return append(value);
  }

  /** Stores the low bytes of {@code what}. */
  public void store(Size size, Value base, int offset, Value what) {
    Value value = function.value(Op.STORE, Type.VOID, reachable(base, offset), what);
    value.size = size;
    value.imm = reach(base, offset);
    append(value);
  }

  /** An atomic change of memory of 4 or 8 bytes. */
  public void atomic(AtomicOp op, Size size, Value base, int offset, Value what) {
    if (op.code() >= AtomicOp.XCHG.code()) {
      throw new IllegalArgumentException(op + " gives the old number or is not offered");
    }
    Value value = function.value(Op.ATOMIC, Type.VOID, reachable(base, offset), what);
    value.atomic = op;
    value.size = size;
    value.imm = reach(base, offset);
    append(value);
  }

  /** An atomic change of memory of 4 or 8 bytes that gives what was there before. */
  public Value atomicFetch(AtomicOp op, Size size, Value base, int offset, Value what) {
    if (!target.has(MachineFeature.FETCHING_ATOMICS)) {
      throw new MissingFeature(function.name, MachineFeature.FETCHING_ATOMICS, "a fetching atomic");
    }
    if (op.code() > AtomicOp.XCHG.code()) {
      throw new IllegalArgumentException(op + " is not offered");
    }
    Value value = function.value(Op.ATOMIC, Type.INT, reachable(base, offset), what);
    value.atomic = op;
    value.size = size;
    value.fetch = true;
    value.imm = reach(base, offset);
    return append(value);
  }

  // An address plus a small number needs no addition: instructions carry a 16-bit offset.

  private Value reachable(Value base, int offset) {
    int total = offset + displacement(base);
    if (total != (short) total) {
      return binary(Op.ADD, base, constant(offset));
    }
    return displacement(base) != 0 ? base.args[0] : base;
  }

  private static int reach(Value base, int offset) {
    int total = offset + displacement(base);
    return total == (short) total ? total : 0;
  }

  private static int displacement(Value base) {
    boolean near =
        base.op == Op.ADD
            && base.args[0].type == Type.POINTER
            && base.args[1].isConstant()
            && Math.abs(base.args[1].imm) < 1 << 14;
    return near ? (int) base.args[1].imm : 0;
  }

  /** A new object in the frame. */
  public StackSlot slot(String name, int size, int align) {
    return function.slot(name, size, align);
  }

  /** The address {@code offset} bytes into {@code slot}. */
  public Value stack(StackSlot slot, int offset) {
    return function.leaf(Op.STACK, Type.POINTER, offset, slot);
  }

  /** A map of the object, for a call. */
  public Value map(String name) {
    return function.leaf(Op.MAP, Type.MAP, 0, name);
  }

  /** The address {@code offset} bytes into the only value of an array map. */
  public Value mapValue(String name, int offset) {
    return function.leaf(Op.MAP_VALUE, Type.POINTER, offset, name);
  }

  /** A function of this program, for a call. */
  public Value function(Function callback) {
    if (!target.has(MachineFeature.CALLBACKS)) {
      throw new MissingFeature(function.name, MachineFeature.CALLBACKS, "a callback");
    }
    return function.leaf(Op.FUNCTION, Type.FUNCTION, 0, callback);
  }

  /** Calls a helper with up to five arguments. */
  public Value call(HelperSignature helper, Value... arguments) {
    if (arguments.length > 5) {
      throw new IllegalArgumentException(helper.name() + ": more than 5 arguments");
    }
    Value value = function.value(Op.CALL, helper.result(), arguments.clone());
    value.symbol = helper;
    return append(value);
  }

  /** Calls a function of this program, which gives a number. */
  public Value call(Function callee, Value... arguments) {
    if (!target.has(MachineFeature.LOCAL_CALLS)) {
      throw new MissingFeature(
          function.name, MachineFeature.LOCAL_CALLS, "a call of " + callee.name);
    }
    if (arguments.length != callee.parameters.length) {
      throw new IllegalArgumentException(callee.name + ": " + arguments.length + " arguments");
    }
    Value value = function.value(Op.CALL_LOCAL, Type.INT, arguments.clone());
    value.symbol = callee;
    return append(value);
  }

  private Value append(Value value) {
    if (block.isTerminated()) {
      throw new IllegalStateException(block + " has its end, no room for " + value.op);
    }
    value.line = line;
    value.column = column;
    block.append(value);
    return value;
  }
}
