package io.waggle.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/** An open file descriptor and its owner: closing it closes the descriptor, once. */
public final class Fd implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_DUPFD_CLOEXEC = 1030;

  private volatile int number;

  Fd(long number) {
    this.number = (int) number;
  }

  /**
   * Opens a file, directory or device for reading.
   *
   * @throws SystemCallException ENOENT when there is none
   */
  public static Fd open(Path file) {
    return open(file, O_CLOEXEC);
  }

  /** As {@link #open}, for reading and writing. */
  public static Fd openWritable(Path file) {
    return open(file, O_CLOEXEC | O_RDWR);
  }

  /** Another descriptor, closed on its own, of what this one stands for. */
  public Fd duplicate() {
    return duplicate(number());
  }

  static Fd duplicate(int other) {
    long number = Native.call(Syscall.FCNTL, other, F_DUPFD_CLOEXEC, 0);
    if (number < 0) {
      throw SystemCallException.of("fcntl", "F_DUPFD_CLOEXEC, " + other, number);
    }
    return new Fd(number);
  }

  private static Fd open(Path file, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long path = arena.allocateFrom(file.toString()).address();
      long number = Native.call(Syscall.OPENAT, AT_FDCWD, path, flags, 0);
      if (number < 0) {
        throw SystemCallException.of("openat", file.toString(), number);
      }
      return new Fd(number);
    }
  }

  /**
   * The descriptor's number.
   *
   * @throws IllegalStateException when it has been closed
   */
  public int number() {
    int n = number;
    if (n < 0) {
      throw new IllegalStateException("the file descriptor is closed");
    }
    return n;
  }

  public boolean isOpen() {
    return number >= 0;
  }

  /** Closes the descriptor; closing again does nothing. */
  @Override
  public synchronized void close() {
    int n = number;
    number = -1;
    if (n >= 0) {
      // close(2) releases the descriptor even where it reports an error: nothing to retry.
      Native.call(Syscall.CLOSE, n);
    }
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
