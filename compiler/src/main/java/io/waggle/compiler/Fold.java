package io.waggle.compiler;

import io.waggle.bpf.JumpOp;

/** What constants give, by the machine's rules: see {@link Op}. */
final class Fold {
  private Fold() {}

  static long binary(Op op, long a, long b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case SDIV -> b == 0 ? 0 : a / b;
      case SMOD -> b == 0 ? a : a % b;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHL -> a << b;
      case SHR -> a >>> b;
      case SAR -> a >> b;
      default -> throw new IllegalArgumentException(op + " is no binary operation");
    };
  }

  /** Whether {@code x op b} is x. */
  static boolean isIdentity(Op op, long b) {
    return switch (op) {
      case ADD, SUB, OR, XOR, SHL, SHR, SAR -> b == 0;
      case MUL, DIV, SDIV -> b == 1;
      case AND -> b == -1;
      default -> false;
    };
  }

  static boolean holds(JumpOp condition, long a, long b) {
    return switch (condition) {
      case EQ -> a == b;
      case NE -> a != b;
      case SET -> (a & b) != 0;
      case GT -> Long.compareUnsigned(a, b) > 0;
      case GE -> Long.compareUnsigned(a, b) >= 0;
      case LT -> Long.compareUnsigned(a, b) < 0;
      case LE -> Long.compareUnsigned(a, b) <= 0;
      case SGT -> a > b;
      case SGE -> a >= b;
      case SLT -> a < b;
      case SLE -> a <= b;
    };
  }

  /** The condition with its operands swapped. */
  static JumpOp swapped(JumpOp condition) {
    return switch (condition) {
      case EQ, NE, SET -> condition;
      case GT -> JumpOp.LT;
      case GE -> JumpOp.LE;
      case LT -> JumpOp.GT;
      case LE -> JumpOp.GE;
      case SGT -> JumpOp.SLT;
      case SGE -> JumpOp.SLE;
      case SLT -> JumpOp.SGT;
      case SLE -> JumpOp.SGE;
    };
  }

  /** The condition that holds when this one does not; there is none for SET. */
  static JumpOp negated(JumpOp condition) {
    return switch (condition) {
      case EQ -> JumpOp.NE;
      case NE -> JumpOp.EQ;
      case GT -> JumpOp.LE;
      case GE -> JumpOp.LT;
      case LT -> JumpOp.GE;
      case LE -> JumpOp.GT;
      case SGT -> JumpOp.SLE;
      case SGE -> JumpOp.SLT;
      case SLT -> JumpOp.SGE;
      case SLE -> JumpOp.SGT;
      case SET -> throw new IllegalArgumentException("SET has no opposite");
    };
  }
}
