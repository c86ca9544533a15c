package io.waggle.bpf;

/** What a {@link Instruction.LoadWide} puts into its register. */
public sealed interface WideSource {

  /** A plain 64-bit constant. */
  record Constant(long value) implements WideSource {}

  /** The map of this name in the same {@link BpfObject} (BPF_PSEUDO_MAP_FD). */
  record Map(String name) implements WideSource {}

  /** The address {@code offset} bytes into the only value of that map (BPF_PSEUDO_MAP_VALUE). */
  record MapValue(String name, int offset) implements WideSource {}

  /**
   * The address of a function of the same program, for callbacks (BPF_PSEUDO_FUNC); slots from
   * here.
   */
  record Function(int offset) implements WideSource {}

  /**
   * The address of a variable or function of the kernel ({@code __ksym}).
   *
   * @param isTyped whether the verifier shall know its type (BPF_PSEUDO_BTF_ID)
   * @param isWeak whether 0 will do where the kernel has none
   */
  record KernelSymbol(String name, boolean isTyped, boolean isWeak) implements WideSource {}

  /**
   * Any other form as encoded, for example a BTF id (BPF_PSEUDO_BTF_ID) or the map fd of a program
   * that was read back from the kernel.
   *
   * @param pseudo the source register field
   */
  record Pseudo(int pseudo, int low, int high) implements WideSource {}
}
