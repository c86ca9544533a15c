package io.waggle.compiler;

/** What a {@link Value} holds. Every value but {@code VOID} fills one 64-bit register. */
public enum Type {
  /** No result: stores, jumps. */
  VOID,
  /** A number; also a kernel or user address that only a probe_read helper may follow. */
  INT,
  /**
   * An address the kernel's verifier tracks: context, stack, map value, ring buffer record, BTF
   * object. May be null until compared with the constant 0.
   */
  POINTER,
  /** A map, as helpers take it. */
  MAP,
  /** A function of the same program, as bpf_loop and bpf_for_each_map_elem take it. */
  FUNCTION
}
