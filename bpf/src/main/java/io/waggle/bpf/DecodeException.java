package io.waggle.bpf;

/** Bytes that are no program: which slot, which opcode, what is wrong with it. */
public final class DecodeException extends RuntimeException {
  private final int slot;

  DecodeException(int slot, int opcode, String problem) {
    super("slot %d, opcode 0x%02x: %s".formatted(slot, opcode, problem));
    this.slot = slot;
  }

  /** The 8-byte slot, from 0. */
  public int slot() {
    return slot;
  }
}
