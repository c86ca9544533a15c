package io.waggle.linux;

/** A timer of the monotonic clock that {@link Epoll} can wait for. */
public final class TimerFd implements AutoCloseable {
  private static final int MONOTONIC = 1;
  private static final int FLAGS = 0x80000 | 0x800; // TFD_CLOEXEC, TFD_NONBLOCK
  private static final long SECOND = 1_000_000_000L;

  private final Fd fd;

  public TimerFd() {
    long number = Native.call(Syscall.TIMERFD_CREATE, MONOTONIC, FLAGS);
    if (number < 0) {
      throw SystemCallException.of("timerfd_create", "CLOCK_MONOTONIC", number);
    }
    fd = new Fd(number);
  }

  public Fd fd() {
    return fd;
  }

  /** Expires once, in {@code ns} nanoseconds; 0 stops the timer. */
  public void once(long ns) {
    set(ns, 0);
  }

  /** Expires every {@code ns} nanoseconds. */
  public void every(long ns) {
    set(ns, ns);
  }

  private void set(long first, long interval) {
    Attributes times = // struct itimerspec
        Native.attributes()
            .u64(0, interval / SECOND)
            .u64(8, interval % SECOND)
            .u64(16, first / SECOND)
            .u64(24, first % SECOND);
    long result = Native.call(Syscall.TIMERFD_SETTIME, fd.number(), 0, times.address(), 0);
    if (result < 0) {
      throw SystemCallException.of("timerfd_settime", first + " ns", result);
    }
  }

  /** How often it expired since the last call. */
  public long expirations() {
    Attributes value = Native.attributes();
    long result = Native.call(Syscall.READ, fd.number(), value.address(), 8);
    return result == 8 ? value.u64(0) : 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
