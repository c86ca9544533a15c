package io.waggle.compiler;

/**
 * What a {@link Value} computes. Arithmetic follows the machine: division by zero gives 0, modulo
 * zero gives the dividend, shifts use the low 6 (64 bits) or 5 (32 bits) bits of their count
 * (Documentation/bpf/standardization/instruction-set.rst).
 */
public enum Op {
  // Leaves: in no block, one object for equal contents, made anew wherever they are needed.
  /** The number {@code imm}. */
  CONST,
  /** Address {@code imm} bytes into a {@link StackSlot}. */
  STACK,
  /** The map named by the symbol. */
  MAP,
  /** Address {@code imm} bytes into the only value of the array map named by the symbol. */
  MAP_VALUE,
  /** The {@link Function} in the symbol. */
  FUNCTION,

  /** Parameter {@code imm} of the function. */
  PARAM,
  /** One argument per predecessor, in the order of {@link Block#predecessors}. */
  PHI,

  ADD,
  SUB,
  MUL,
  /** Unsigned division. */
  DIV,
  /** Unsigned remainder. */
  MOD,
  SDIV,
  SMOD,
  AND,
  OR,
  XOR,
  SHL,
  /** Logical shift right. */
  SHR,
  /** Arithmetic shift right. */
  SAR,
  NEG,
  /** Low {@code imm} bits (8, 16, 32), zero-extended. */
  ZEXT,
  /** Low {@code imm} bits (8, 16, 32), sign-extended. */
  SEXT,
  /** Low {@code imm} bits (16, 32, 64) with bytes reversed, zero-extended. */
  BSWAP,
  /** 1 when the condition holds, else 0. */
  COMPARE,
  /** {@code arg & imm}; kept even when it looks useless, since the verifier relies on it. */
  BOUND_MASK,
  /** {@code min(arg, imm)}, unsigned; kept like {@link #BOUND_MASK}. */
  BOUND_MAX,

  /** {@code size} bytes at argument 0 + {@code imm}. */
  LOAD,
  /** Argument 1 to {@code size} bytes at argument 0 + {@code imm}. */
  STORE,
  /** Argument 1 into {@code size} bytes at argument 0 + {@code imm}, atomically. */
  ATOMIC,
  /** Calls the {@link HelperSignature} in the symbol. */
  CALL,
  /** Calls the {@link Function} in the symbol. */
  CALL_LOCAL,

  /** To successor 0. */
  JUMP,
  /** To successor 0 when the condition holds, else to successor 1. */
  BRANCH,
  /** Leaves the function with argument 0. */
  RETURN;

  /** True for constants and addresses that are known before the program runs. */
  public boolean isLeaf() {
    return ordinal() <= FUNCTION.ordinal();
  }

  /** True for {@code ADD} to {@code SAR}: two arguments, 32 or 64 bits, no effect. */
  public boolean isBinary() {
    return ordinal() >= ADD.ordinal() && ordinal() <= SAR.ordinal();
  }

  /** True for what destroys R0 to R5. */
  public boolean isCall() {
    return this == CALL || this == CALL_LOCAL;
  }

  /** True for the operations that end a block. */
  public boolean isTerminator() {
    return ordinal() >= JUMP.ordinal();
  }

  /** True when swapping both arguments changes nothing. */
  public boolean isCommutative() {
    return this == ADD || this == MUL || this == AND || this == OR || this == XOR;
  }
}
