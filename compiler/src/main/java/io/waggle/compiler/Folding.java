package io.waggle.compiler;

import io.waggle.bpf.JumpOp;

/**
 * Decides what constants decide, once phis have found their values: arithmetic, conversions that
 * change nothing, branches; and puts cheap operations for costly ones. Bounds ({@link
 * Op#BOUND_MASK}, {@link Op#BOUND_MAX}) of anything but constants stay.
 */
final class Folding {
  /** Offsets of loads and stores are 16 bits; half of them is left to the frame's layout. */
  private static final int MAX_OFFSET = 1 << 14;

  private final Function function;
  private boolean changed;
  private Block block;
  private int index;

  private Folding(Function function) {
    this.function = function;
  }

  /** True if something changed; the function then wants {@link Tidy}. */
  static boolean run(Function function) {
    Folding folding = new Folding(function);
    for (Block block : function.blocks) {
      folding.block = block;
      for (folding.index = 0; folding.index < block.size; folding.index++) {
        folding.fold(block.values[folding.index]);
      }
    }
    return folding.changed;
  }

  private void fold(Value value) {
    for (int i = 0; i < value.args.length; i++) {
      value.args[i] = value.args[i].resolve();
    }
    switch (value.op) {
      case NEG -> {
        if (value.args[0].isConstant()) {
          replace(value, function.constant(-value.args[0].imm));
        }
      }
      case ZEXT, SEXT -> extension(value);
      case BSWAP -> {
        if (value.args[0].isConstant()) {
          int unused = 64 - (int) value.imm;
          replace(value, function.constant(Long.reverseBytes(value.args[0].imm) >>> unused));
        }
      }
      case BOUND_MASK -> {
        if (value.args[0].isConstant()) {
          replace(value, function.constant(value.args[0].imm & value.imm));
        }
      }
      case BOUND_MAX -> {
        if (value.args[0].isConstant()) {
          boolean fits = Long.compareUnsigned(value.args[0].imm, value.imm) <= 0;
          replace(value, function.constant(fits ? value.args[0].imm : value.imm));
        }
      }
      case COMPARE -> comparison(value);
      case BRANCH -> branch(value);
      case LOAD, ATOMIC -> address(value);
      case STORE -> {
        address(value);
        stored(value);
      }
      default -> {
        if (value.op.isBinary()) {
          binary(value);
        }
      }
    }
  }

  private void replace(Value value, Value by) {
    value.replacement = by;
    changed = true;
  }

  /** Makes {@code value} another operation on {@code a} and the number {@code b}. */
  private void become(Value value, Op op, Value a, long b) {
    value.op = op;
    value.args = new Value[] {a, function.constant(b)};
    changed = true;
  }

  /** An operation right before the current one. */
  private Value before(Op op, Value a, Value b) {
    Value value = function.value(op, Type.INT, a, b);
    value.line = block.values[index].line;
    value.column = block.values[index].column;
    block.insert(index++, value);
    return value;
  }

  private void binary(Value value) {
    Value a = value.args[0];
    Value b = value.args[1];
    if (a.isConstant() && b.isConstant()) {
      replace(value, function.constant(Fold.binary(value.op, a.imm, b.imm)));
    } else if (value.op.isCommutative() && a.isConstant()) {
      value.args[0] = b;
      value.args[1] = a;
      changed = true;
      byConstant(value, b, a.imm);
    } else if (b.isConstant()) {
      byConstant(value, a, b.imm);
    } else if (a == b && a.type == Type.INT) {
      switch (value.op) {
        case SUB, XOR -> replace(value, function.constant(0));
        case AND, OR -> replace(value, a);
        default -> {}
      }
    }
  }

  private void byConstant(Value value, Value a, long b) {
    if (Fold.isIdentity(value.op, b)) {
      replace(value, a);
      return;
    }
    boolean power = b > 0 && (b & b - 1) == 0;
    int log = Long.numberOfTrailingZeros(b);
    switch (value.op) {
      case ADD -> {
        if (a.op == Op.STACK) {
          replace(value, function.leaf(Op.STACK, Type.POINTER, a.imm + b, a.symbol));
        } else if (a.op == Op.ADD && a.args[1].isConstant()) {
          become(value, Op.ADD, a.args[0], a.args[1].imm + b);
        }
      }
      case SUB -> become(value, Op.ADD, a, -b);
      case MUL -> {
        if (b == 0) {
          replace(value, function.constant(0));
        } else if (power) {
          become(value, Op.SHL, a, log);
        }
      }
      case DIV -> {
        if (b == 0) {
          replace(value, function.constant(0));
        } else if (power) {
          become(value, Op.SHR, a, log);
        }
      }
      case MOD -> {
        if (b == 0) {
          replace(value, a);
        } else if (power) {
          become(value, Op.AND, a, b - 1);
        }
      }
      case SDIV -> {
        if (b == 0) {
          replace(value, function.constant(0));
        } else if (power) {
          become(value, Op.SAR, biased(a, log), log);
        }
      }
      case SMOD -> {
        if (b == 0) {
          replace(value, a);
        } else if (b == 1) {
          replace(value, function.constant(0));
        } else if (power) {
          Value multiple = before(Op.AND, biased(a, log), function.constant(-b));
          value.op = Op.SUB;
          value.args = new Value[] {a, multiple};
          changed = true;
        }
      }
      case AND -> {
        if (b == 0) {
          replace(value, function.constant(0));
        } else if (b == lowBits(bits(a))) {
          replace(value, a);
        } else if (a.op == Op.AND && a.args[1].isConstant()) {
          become(value, Op.AND, a.args[0], a.args[1].imm & b);
        }
      }
      case SHL, SHR, SAR -> {
        if ((b & 63) != b) {
          become(value, value.op, a, b & 63);
        }
      }
      default -> {}
    }
  }

  /** {@code a}, plus 2^log - 1 if it is negative, so that shifting right rounds toward 0. */
  private Value biased(Value a, int log) {
    if (bits(a) < 64) {
      return a;
    }
    Value sign = before(Op.SAR, a, function.constant(63));
    return before(Op.ADD, a, before(Op.SHR, sign, function.constant(64 - log)));
  }

  private void extension(Value value) {
    Value a = value.args[0];
    int width = (int) value.imm;
    boolean signed = value.op == Op.SEXT;
    if (a.isConstant()) {
      long shifted = a.imm << 64 - width;
      replace(value, function.constant(signed ? shifted >> 64 - width : shifted >>> 64 - width));
    } else if (bits(a) <= (signed ? width - 1 : width)) {
      replace(value, a);
    } else if (signed && (a.op == Op.LOAD && a.signed && 8 * a.size.bytes() <= width)) {
      replace(value, a);
    } else if ((a.op == Op.ZEXT || a.op == Op.SEXT) && a.imm >= width) {
      value.args[0] = a.args[0];
      changed = true;
    }
  }

  /** How many low bits of the value may be set, as far as its operation tells. */
  private static int bits(Value value) {
    return switch (value.op) {
      case CONST -> 64 - Long.numberOfLeadingZeros(value.imm);
      case LOAD -> value.signed ? 64 : 8 * value.size.bytes();
      case ZEXT, BSWAP -> (int) value.imm;
      case COMPARE -> 1;
      case BOUND_MASK, BOUND_MAX -> 64 - Long.numberOfLeadingZeros(value.imm);
      case AND -> value.args[1].isConstant() ? bits(value.args[1]) : 64;
      case SHR -> value.args[1].isConstant() ? 64 - (int) (value.args[1].imm & 63) : 64;
      default -> 64;
    };
  }

  private static long lowBits(int bits) {
    return bits == 64 ? -1 : (1L << bits) - 1;
  }

  private void comparison(Value value) {
    Value a = value.args[0];
    Value b = value.args[1];
    if (a.isConstant() && b.isConstant()) {
      replace(value, function.constant(Fold.holds(value.condition, a.imm, b.imm) ? 1 : 0));
    } else if (a.isConstant()) {
      value.args[0] = b;
      value.args[1] = a;
      value.condition = Fold.swapped(value.condition);
      changed = true;
    } else if (a.op == Op.COMPARE && b.isConstant(0) && value.condition == JumpOp.NE) {
      replace(value, a);
    } else if (a.op == Op.COMPARE
        && b.isConstant(0)
        && value.condition == JumpOp.EQ
        && a.condition != JumpOp.SET) {
      value.condition = Fold.negated(a.condition);
      value.args = a.args.clone();
      changed = true;
    }
  }

  /** Branches on what was compared or masked; {@link Tidy} decides those on constants. */
  private void branch(Value value) {
    Value a = value.args[0];
    boolean equal = value.condition == JumpOp.EQ;
    if (a.isConstant() && value.args[1].isConstant()) {
      changed = true;
    } else if (value.args[1].isConstant(0) && (equal || value.condition == JumpOp.NE)) {
      if (a.op == Op.COMPARE) {
        test(value, a.condition, a.args[0], a.args[1], equal);
      } else if (a.op == Op.AND && a.type == Type.INT) {
        test(value, JumpOp.SET, a.args[0], a.args[1], equal);
      }
    }
  }

  private void test(Value branch, JumpOp condition, Value a, Value b, boolean swap) {
    branch.condition = condition;
    branch.args = new Value[] {a, b};
    if (swap) {
      Block yes = block.successors[0];
      block.successors = new Block[] {block.successors[1], yes};
    }
    changed = true;
  }

  private void address(Value value) {
    Value base = value.args[0];
    boolean near =
        base.op == Op.ADD
            && base.type == Type.POINTER
            && base.args[0].type == Type.POINTER
            && base.args[1].isConstant()
            && Math.abs(base.args[1].imm + value.imm) < MAX_OFFSET;
    if (near) {
      value.args[0] = base.args[0];
      value.imm += base.args[1].imm;
      changed = true;
    }
  }

  /** A store keeps the low bytes only: what changes but the others need not be done. */
  private void stored(Value store) {
    Value what = store.args[1];
    int width = 8 * store.size.bytes();
    boolean cut =
        (what.op == Op.ZEXT || what.op == Op.SEXT) && what.imm >= width
            || what.op == Op.AND
                && what.args[1].isConstant()
                && (what.args[1].imm & lowBits(width)) == lowBits(width);
    if (cut) {
      store.args[1] = what.args[0];
      changed = true;
    }
  }
}
