package io.waggle.kernel;

import io.waggle.bpf.values.RecordType;
import io.waggle.linux.Clock;
import io.waggle.linux.Epoll;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A ring buffer read as Java records. Belongs to the object that it is of, which closes it; closing
 * it before does no harm. For one thread.
 *
 * @param <T> the record
 */
public final class TypedRing<T extends Record> implements AutoCloseable {
  /** Records that are handed on before the clock is looked at again. */
  private static final int BATCH = 1024;

  /** How long an interrupt of the thread may go unnoticed, milliseconds. */
  private static final int PATIENCE_MS = 100;

  private final RingBuffer buffer;
  private final RecordType<T> type;
  private final Epoll epoll = new Epoll();
  private boolean closed;

  TypedRing(RingBuffer buffer, RecordType<T> type) {
    this.buffer = buffer;
    this.type = type;
    epoll.add(buffer.fd(), 0);
  }

  /**
   * Hands on the records that come within some time, and returns as soon as there were any.
   *
   * @return how many there were
   * @throws io.waggle.bpf.values.ValueException if one is shorter than the structure
   */
  public int poll(Duration time, Consumer<? super T> action) {
    long end = Clock.MONOTONIC.nanos() + time.toNanos();
    while (true) {
      int count = consume(action);
      long left = end - Clock.MONOTONIC.nanos();
      if (count > 0 || left <= 0 || Thread.currentThread().isInterrupted()) {
        return count;
      }
      epoll.await((int) Math.min(PATIENCE_MS, left / 1_000_000 + 1));
    }
  }

  /**
   * Hands on every record until the thread is interrupted.
   *
   * @throws io.waggle.bpf.values.ValueException if one is shorter than the structure
   */
  public void forEach(Consumer<? super T> action) {
    while (!Thread.currentThread().isInterrupted()) {
      if (consume(action) == 0) {
        epoll.await(PATIENCE_MS);
      }
    }
  }

  /** Hands on what is there, some at most, without waiting. */
  private int consume(Consumer<? super T> action) {
    return buffer.consume(
        (memory, offset, length) -> action.accept(type.read(memory, offset, length)), BATCH);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      epoll.close();
      buffer.close();
    }
  }
}
