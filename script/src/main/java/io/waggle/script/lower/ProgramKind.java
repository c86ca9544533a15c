package io.waggle.script.lower;

import io.waggle.bpf.ProgramType;

/** What a program of a script is to the kernel. */
enum ProgramKind {
  /** Entry and return of user functions: the context is struct pt_regs. */
  UPROBE("uprobe", ProgramType.KPROBE),
  /** Entry and return of functions of the kernel: the context is struct pt_regs. */
  KPROBE("kprobe", ProgramType.KPROBE),
  /** The same with typed arguments: the context holds them as 8-byte words. */
  FENTRY("fentry", ProgramType.TRACING),
  /** The context is a struct bpf_iter__NAME. */
  ITERATOR("iter", ProgramType.TRACING),
  /** The context is the record that the format file describes. */
  TRACEPOINT("tracepoint", ProgramType.TRACEPOINT),
  /** The context holds the arguments as 8-byte words. */
  RAW_TRACEPOINT("raw", ProgramType.RAW_TRACEPOINT),
  /** Timers, software and hardware events: the context starts with struct pt_regs. */
  PERF_EVENT("perf", ProgramType.PERF_EVENT),
  /** begin and end, which user space runs by BPF_PROG_TEST_RUN. */
  TEST_RUN("test", ProgramType.RAW_TRACEPOINT);

  private final String label;
  private final ProgramType type;

  ProgramKind(String label, ProgramType type) {
    this.label = label;
    this.type = type;
  }

  /** Short, for names of maps. */
  String label() {
    return label;
  }

  ProgramType type() {
    return type;
  }

  /**
   * Whether {@code -p} becomes part of the program: the other kinds are attached to the process.
   */
  boolean isFiltered() {
    return this == TRACEPOINT || this == RAW_TRACEPOINT || this == KPROBE || this == FENTRY;
  }

  /** Whether the context starts with the registers of the interrupted or traced code. */
  boolean hasRegisters() {
    return this == UPROBE || this == KPROBE || this == PERF_EVENT;
  }
}
