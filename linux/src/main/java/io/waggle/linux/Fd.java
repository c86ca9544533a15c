package io.waggle.linux;

/** An open file descriptor and its owner: closing it closes the descriptor, once. */
public final class Fd implements AutoCloseable {
  private volatile int number;

  Fd(long number) {
    this.number = (int) number;
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
