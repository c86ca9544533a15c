package io.waggle.bpf;

/** Whom a {@link Instruction.Call} calls. */
public sealed interface CallTarget {

  /** A helper of the kernel by its number (enum bpf_func_id). */
  record Helper(int id) implements CallTarget {}

  /** A function of the same program, {@code offset} slots from the slot after the call. */
  record Local(int offset) implements CallTarget {}

  /** A kernel function by BTF id; {@code module} is the index into fd_array, 0 for vmlinux. */
  record KernelFunction(int btfId, int module) implements CallTarget {}

  /**
   * A kernel function by name, for the loader to find.
   *
   * @param isWeak whether the call may be unreachable where the kernel has none
   */
  record KernelSymbol(String name, boolean isWeak) implements CallTarget {}

  /** The function whose address is in {@code register}. */
  record Indirect(Register register) implements CallTarget {}
}
