package io.waggle.bpf.verifier;

/**
 * An instruction that the verifier looked at.
 *
 * @param slot its first 8-byte slot in the program
 * @param text in the kernel's notation, without opcode and state
 * @param source the line it was compiled from as the log shows it, without {@code @ file:line};
 *     empty if the log shows none
 */
public record Step(int slot, String text, String source) {

  /** Whether it has two ways to go on. */
  public boolean isBranch() {
    return text.startsWith("if ") || text.startsWith("may_goto ");
  }
}
