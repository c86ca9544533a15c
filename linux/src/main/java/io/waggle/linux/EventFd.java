package io.waggle.linux;

/** A counter that any thread can raise to wake who waits for it, by {@link Epoll} for instance. */
public final class EventFd implements AutoCloseable {
  private static final int FLAGS = 0x80000 | 0x800; // EFD_CLOEXEC, EFD_NONBLOCK

  private final Fd fd;

  public EventFd() {
    long number = Native.call(Syscall.EVENTFD2, 0, FLAGS);
    if (number < 0) {
      throw SystemCallException.of("eventfd2", "", number);
    }
    fd = new Fd(number);
  }

  public Fd fd() {
    return fd;
  }

  /** Adds 1 to the counter. */
  public void signal() {
    Attributes one = Native.attributes().u64(0, 1);
    // EAGAIN means the counter is full: whoever waits is awake anyway.
    Native.call(Syscall.WRITE, fd.number(), one.address(), 8);
  }

  /** Sets the counter to 0 and answers what it was. */
  public long drain() {
    Attributes value = Native.attributes();
    long result = Native.call(Syscall.READ, fd.number(), value.address(), 8);
    return result == 8 ? value.u64(0) : 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
