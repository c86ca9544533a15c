package io.waggle.bpf;

/**
 * Arithmetic and logic. {@code SDIV} and {@code SMOD} share the code of their unsigned twin and are
 * told apart by the offset field (instruction set v4).
 */
public enum AluOp {
  ADD(0x00),
  SUB(0x10),
  MUL(0x20),
  DIV(0x30),
  OR(0x40),
  AND(0x50),
  LSH(0x60),
  RSH(0x70),
  NEG(0x80),
  MOD(0x90),
  XOR(0xa0),
  MOV(0xb0),
  ARSH(0xc0),
  SDIV(0x30),
  SMOD(0x90);

  private final int code;

  AluOp(int code) {
    this.code = code;
  }

  /** The high four bits of the opcode. */
  public int code() {
    return code;
  }
}
