package io.waggle.compiler;

/** What a kernel's BPF machine may or may not offer, beside helpers and map types. */
public enum Feature {
  /** Signed division, sign-extending loads and moves, unconditional byte swaps (6.6). */
  V4_INSTRUCTIONS,
  /** Atomics that give the old value, and/or/xor, exchange, compare-and-exchange (5.12). */
  FETCHING_ATOMICS,
  /** Backward jumps the verifier can bound (5.3). */
  BOUNDED_LOOPS,
  /** Calls between functions of a program (4.16). */
  LOCAL_CALLS,
  /** Functions given to helpers: bpf_for_each_map_elem (5.13), bpf_loop (5.17). */
  CALLBACKS,
  /** Direct addresses of array map values (5.2). */
  MAP_VALUE_ADDRESS
}
