package io.waggle.bpf;

/** What a kernel's BPF machine may or may not offer, beside helpers and map types. */
public enum MachineFeature {
  /** Calls between functions of a program. */
  LOCAL_CALLS("4.16", "calls between functions of a program"),
  /** Comparisons of 32 bits. */
  JUMPS_32("5.1", "comparisons of 32 bits (instruction set v3)"),
  /** Direct addresses of array map values, on which global variables stand. */
  MAP_VALUE_ADDRESS("5.2", "global variables"),
  /** More than 4096 instructions. */
  LARGE_PROGRAMS("5.2", "more than 4096 instructions"),
  /** Backward jumps the verifier can bound. */
  BOUNDED_LOOPS("5.3", "bounded loops"),
  /** Atomics that give the old value, and/or/xor, exchange, compare-and-exchange. */
  FETCHING_ATOMICS("5.12", "atomics that fetch, exchange, and/or/xor"),
  /** Functions given to helpers: bpf_for_each_map_elem, since 5.17 bpf_loop. */
  CALLBACKS("5.13", "callbacks"),
  /** Signed division, sign-extending loads and moves, unconditional byte swaps, long jumps. */
  V4_INSTRUCTIONS("6.6", "instruction set v4"),
  /** Loops that the machine ends. */
  MAY_GOTO("6.9", "may_goto"),
  /** Loads with acquire and stores with release order. */
  ORDERED_ACCESS("6.15", "load-acquire and store-release");

  private final String since;
  private final String meaning;

  MachineFeature(String since, String meaning) {
    this.since = since;
    this.meaning = meaning;
  }

  /** The first kernel version that has it, such as {@code 5.3}. */
  public String since() {
    return since;
  }

  /** In words. */
  public String meaning() {
    return meaning;
  }
}
