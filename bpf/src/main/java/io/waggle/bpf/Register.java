package io.waggle.bpf;

/**
 * The eleven 64-bit registers of the machine.
 *
 * <p>By the calling convention (Documentation/bpf/standardization/abi.rst) {@code R0} is the
 * result, {@code R1}–{@code R5} are arguments and lost over a call, {@code R6}–{@code R9} survive
 * it and {@code R10} is the read-only frame pointer.
 */
public enum Register implements Operand {
  R0,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  R9,
  R10;

  private static final Register[] ALL = values();

  /** The register with this number, 0 to 10. */
  public static Register of(int number) {
    return ALL[number];
  }
}
