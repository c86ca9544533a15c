package io.waggle.compiler;

/** A jump leads further than the 16 bits of an instruction's offset reach. */
public final class ProgramTooLarge extends CompileError {
  ProgramTooLarge(int offset) {
    super(
        "a jump over "
            + Math.abs(offset)
            + " instructions, where 32767 are possible; shorten the probe or use several");
  }
}
