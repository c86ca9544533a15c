package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits for several descriptors at once. What is ready is read by index until the next {@link
 * #await}; only one thread may wait.
 */
public final class Epoll implements AutoCloseable {
  private static final int CLOEXEC = 0x80000;
  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int IN = 1; // EPOLLIN
  private static final int EDGE = 1 << 31; // EPOLLET
  private static final int MOST_EVENTS = 64;

  // struct epoll_event {u32 events; u64 data}, packed on x86-64 only (include/uapi/linux/eventpoll)
  private static final int TOKEN = Architecture.current() == Architecture.X86_64 ? 4 : 8;
  private static final int EVENT_BYTES = TOKEN + 8;

  private final Fd fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment change = arena.allocate(EVENT_BYTES, 8);
  private final MemorySegment ready = arena.allocate((long) EVENT_BYTES * MOST_EVENTS, 8);
  private int count;

  public Epoll() {
    long number = Native.call(Syscall.EPOLL_CREATE1, CLOEXEC);
    if (number < 0) {
      throw SystemCallException.of("epoll_create1", "", number);
    }
    fd = new Fd(number);
  }

  /**
   * Watches a descriptor for something to read.
   *
   * @param token what {@link #token} answers when it is ready
   */
  public void add(Fd watched, long token) {
    add(watched, token, IN);
  }

  /**
   * As {@link #add}, but tells only once that there is something to read, until more comes. The
   * reader must read until nothing is left, or come back by itself.
   */
  public void addEdge(Fd watched, long token) {
    add(watched, token, IN | EDGE);
  }

  private synchronized void add(Fd watched, long token, int events) {
    change.set(JAVA_INT, 0, events);
    change.set(JAVA_LONG_UNALIGNED, TOKEN, token);
    control(CTL_ADD, watched, "add");
  }

  /** Stops watching a descriptor. */
  public synchronized void remove(Fd watched) {
    control(CTL_DEL, watched, "remove");
  }

  private void control(int operation, Fd watched, String word) {
    long result =
        Native.call(Syscall.EPOLL_CTL, fd.number(), operation, watched.number(), change.address());
    if (result < 0) {
      throw SystemCallException.of("epoll_ctl", word + " " + watched, result);
    }
  }

  /**
   * Waits until something is ready; a signal ends the wait early.
   *
   * @param timeoutMillis the longest wait, 0 for none, -1 for ever
   * @return how many are ready, at most 64
   */
  public int await(int timeoutMillis) {
    long result =
        Native.call(
            Syscall.EPOLL_PWAIT, fd.number(), ready.address(), MOST_EVENTS, timeoutMillis, 0, 8);
    if (result < 0 && result != -Errno.EINTR) {
      throw SystemCallException.of("epoll_pwait", fd.toString(), result);
    }
    count = (int) Math.max(result, 0);
    return count;
  }

  /** The token of the {@code index}th ready descriptor. */
  public long token(int index) {
    if (index >= count) {
      throw new IndexOutOfBoundsException(index + " of " + count + " ready descriptors");
    }
    return ready.get(JAVA_LONG_UNALIGNED, (long) EVENT_BYTES * index + TOKEN);
  }

  @Override
  public void close() {
    fd.close();
    arena.close();
  }
}
