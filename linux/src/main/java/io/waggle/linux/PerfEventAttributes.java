package io.waggle.linux;

/**
 * How a perf event is opened ({@code struct perf_event_attr}).
 *
 * @param sample the period in events (nanoseconds for the CPU clock), or the frequency in Hz; 0 for
 *     none
 * @param frequency whether {@code sample} is a frequency
 * @param raw whether samples carry raw data ({@code PERF_SAMPLE_RAW}), as BPF output does
 * @param wakeUpEvents wake a reader of the mapped buffer after so many samples
 * @param inherited whether threads that the task starts later belong to it too (Linux 5.13)
 */
public record PerfEventAttributes(
    PerfEventSource source,
    long sample,
    boolean frequency,
    boolean raw,
    int wakeUpEvents,
    boolean inherited) {
  private static final long BPF_OUTPUT = 10; // PERF_COUNT_SW_BPF_OUTPUT

  /** An event whose every occurrence counts: tracepoints, uprobes, kprobes, breakpoints. */
  public static PerfEventAttributes each(PerfEventSource source) {
    return new PerfEventAttributes(source, 1, false, false, 1, false);
  }

  /** One occurrence in {@code period}. */
  public static PerfEventAttributes period(PerfEventSource source, long period) {
    return new PerfEventAttributes(source, period, false, false, 1, false);
  }

  /** As many occurrences a second, as near as the kernel can. */
  public static PerfEventAttributes frequency(PerfEventSource source, long hertz) {
    return new PerfEventAttributes(source, hertz, true, false, 1, false);
  }

  /** What {@code bpf_perf_event_output} writes, to be mapped and read. */
  public static PerfEventAttributes bpfOutput(int wakeUpEvents) {
    return new PerfEventAttributes(
        new PerfEventSource.Software(BPF_OUTPUT), 1, false, true, wakeUpEvents, false);
  }

  /** The same, for a task and all threads that it starts from now on. */
  public PerfEventAttributes withThreads() {
    return new PerfEventAttributes(source, sample, frequency, raw, wakeUpEvents, true);
  }
}
