package io.waggle.linux;

/** What makes a perf event happen. */
public sealed interface PerfEventSource {
  /**
   * A tracepoint.
   *
   * @param id from its {@code id} file in tracefs
   */
  record Tracepoint(long id) implements PerfEventSource {}

  /**
   * An instruction of a file (Linux 4.17).
   *
   * @param offset in the file, bytes
   * @param refCounter file offset of a semaphore to raise, or 0 (Linux 4.20)
   * @param onReturn whether the event is the return of the function at the offset
   */
  record Uprobe(String path, long offset, long refCounter, boolean onReturn)
      implements PerfEventSource {}

  /**
   * An instruction of the kernel (Linux 4.17, kernels with kprobes only).
   *
   * @param function its name; empty to give an address
   * @param offset from the function's start, bytes; or the address
   * @param onReturn whether the event is the function's return
   */
  record Kprobe(String function, long offset, boolean onReturn) implements PerfEventSource {}

  /** {@code enum perf_sw_ids}: 0 CPU clock, 2 page faults, 3 context switches, 10 BPF output. */
  record Software(long event) implements PerfEventSource {}

  /** {@code enum perf_hw_id}: 0 cycles, 1 instructions, 3 cache misses, 5 branch misses, … */
  record Hardware(long event) implements PerfEventSource {}

  /** Hardware cache: cache | operation << 8 | result << 16. */
  record HardwareCache(long event) implements PerfEventSource {}

  /**
   * A hardware breakpoint.
   *
   * @param kind {@code HW_BREAKPOINT_R} 1, {@code _W} 2, {@code _X} 4, added up
   * @param length bytes watched: 1, 2, 4 or 8
   */
  record Breakpoint(long address, int kind, int length) implements PerfEventSource {}
}
