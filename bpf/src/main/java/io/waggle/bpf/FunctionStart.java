package io.waggle.bpf;

/**
 * Where a function of a program starts. Of a program with several, the kernel wants to know all,
 * with types, before it takes the address of one for a callback (check_btf_func,
 * kernel/bpf/verifier.c).
 *
 * @param slot its first 8-byte slot; 0 for the one that the kernel enters
 * @param name letters, digits and underscores
 * @param parameters how many it has
 * @param type of the function in the object's BTF, 0 if that says nothing of it
 */
public record FunctionStart(int slot, String name, int parameters, int type) {

  /** A function whose parameters and result are all {@code long}. */
  public FunctionStart(int slot, String name, int parameters) {
    this(slot, name, parameters, 0);
  }
}
