package io.waggle.bpf;

/**
 * One instruction of the machine, instruction set v4
 * (Documentation/bpf/standardization/instruction-set.rst).
 *
 * <p>Instructions are values. Jump and call offsets count encoded 8-byte slots from the slot after
 * the instruction, as in the encoding; only {@link LoadWide} takes two slots.
 */
public sealed interface Instruction {

  /** How many 8-byte slots the encoding takes: 2 for {@link LoadWide}, else 1. */
  default int slots() {
    return this instanceof LoadWide ? 2 : 1;
  }

  /**
   * {@code dst = dst op src}; for {@code MOV}, {@code dst = src}; for {@code NEG}, {@code dst =
   * -dst} and the source is the immediate 0.
   *
   * @param wide true for 64 bits; a 32-bit operation clears the upper half
   * @param signExtend for {@code MOV} between registers: 0, or 8, 16, 32 low bits to sign-extend
   */
  record Alu(boolean wide, AluOp op, Register dst, Operand src, int signExtend)
      implements Instruction {
    public Alu(boolean wide, AluOp op, Register dst, Operand src) {
      this(wide, op, dst, src, 0);
    }
  }

  /** What a {@link ByteSwap} does. */
  enum Order {
    /** To little endian: truncates on a little-endian machine. */
    TO_LITTLE,
    /** To big endian. */
    TO_BIG,
    /** Unconditional swap (v4). */
    SWAP
  }

  /** Byte order of the low {@code bits} (16, 32, 64) of {@code dst}; the rest becomes zero. */
  record ByteSwap(Order order, Register dst, int bits) implements Instruction {}

  /**
   * {@code dst = src}, a pointer of one address space as one of another (6.9): 0 is the kernel's, 1
   * that of an arena.
   */
  record AddressCast(Register dst, Register src, int to, int from) implements Instruction {}

  /** {@code dst = } a 64-bit constant or an address that the loader fills in. */
  record LoadWide(Register dst, WideSource source) implements Instruction {
    public LoadWide(Register dst, long value) {
      this(dst, new WideSource.Constant(value));
    }
  }

  /** {@code dst = *(size *)(base + offset)}, zero-extended unless {@code signed}. */
  record Load(Size size, boolean signed, Register dst, Register base, int offset)
      implements Instruction {}

  /** {@code *(size *)(base + offset) = value}. */
  record Store(Size size, Register base, int offset, Operand value) implements Instruction {}

  /**
   * {@code *(size *)(base + offset) op= src}; with {@code fetch} the old value goes to src, or to
   * R0 for {@code CMPXCHG}, which compares with R0. {@code LOAD_ACQUIRE} loads into src.
   */
  record Atomic(Size size, AtomicOp op, boolean fetch, Register base, int offset, Register src)
      implements Instruction {}

  /**
   * Classic packet load into R0, for socket filters and tc: at {@code index + offset}, or at {@code
   * offset} when {@code indirect} is false.
   */
  record PacketLoad(Size size, boolean indirect, Register index, int offset)
      implements Instruction {}

  /** {@code if (dst op src) goto +offset}, comparing 64 bits when {@code wide}, else 32. */
  record Jump(boolean wide, JumpOp op, Register dst, Operand src, int offset)
      implements Instruction {}

  /** {@code goto +offset}; encoded as the long form (v4) when the offset needs over 16 bits. */
  record Goto(int offset) implements Instruction {}

  /** Leaves a loop by {@code +offset} when the kernel's count runs out (6.9). */
  record MayGoto(int offset) implements Instruction {}

  /** Calls {@code target}. */
  record Call(CallTarget target) implements Instruction {
    public static Call helper(int id) {
      return new Call(new CallTarget.Helper(id));
    }
  }

  /** Returns R0. */
  record Exit() implements Instruction {
    public static final Exit EXIT = new Exit();
  }
}
