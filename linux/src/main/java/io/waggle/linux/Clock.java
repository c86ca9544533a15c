package io.waggle.linux;

/** The kernel's clocks, in nanoseconds: the ones that BPF helpers read. */
public enum Clock {
  /** Wall-clock time since 1970. */
  REALTIME(0),

  /** Time since boot without sleep: {@code bpf_ktime_get_ns}. */
  MONOTONIC(1),

  /** Time since boot with sleep: {@code bpf_ktime_get_boot_ns}. */
  BOOTTIME(7),

  /** International atomic time: {@code bpf_ktime_get_tai_ns}. */
  TAI(11);

  private final int number;

  Clock(int number) {
    this.number = number;
  }

  /** Nanoseconds on this clock now. */
  public long nanos() {
    Attributes time = Native.attributes();
    long result = Native.call(Syscall.CLOCK_GETTIME, number, time.address());
    if (result < 0) {
      throw SystemCallException.of("clock_gettime", name(), result);
    }
    return time.u64(0) * 1_000_000_000L + time.u64(8);
  }
}
