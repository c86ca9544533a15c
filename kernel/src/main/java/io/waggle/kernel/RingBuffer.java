package io.waggle.kernel;

import io.waggle.bpf.MapType;
import io.waggle.linux.Fd;
import io.waggle.linux.Mapping;
import java.lang.foreign.MemorySegment;

/**
 * The reading side of a ring buffer map: records are handed on where they lie, nothing is copied or
 * allocated per record. For one thread.
 *
 * <p>Layout (kernel/bpf/ringbuf.c): a page with the consumer's position, writable here; a page with
 * the producer's; then the data twice in a row, so that no record wraps.
 */
public final class RingBuffer implements AutoCloseable {
  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final int HEADER = 8;

  private final Fd fd;
  private final Mapping consumer;
  private final Mapping producer;
  private final MemorySegment memory;
  private final long data;
  private final long mask;
  private long position;

  private RingBuffer(Fd fd, Mapping consumer, Mapping producer, long size) {
    this.fd = fd;
    this.consumer = consumer;
    this.producer = producer;
    this.memory = producer.segment();
    this.data = Mapping.pageSize();
    this.mask = size - 1;
    this.position = consumer.getLongAcquire(0);
  }

  static RingBuffer open(LoadedMap map) {
    if (map.spec().type() != MapType.RINGBUF) {
      throw new IllegalArgumentException("map '" + map.spec().name() + "' is no ring buffer");
    }
    long size = map.spec().maxEntries();
    long page = Mapping.pageSize();
    Mapping consumer = Mapping.of(map.fd(), 0, page, Mapping.Access.READ_WRITE);
    try {
      Mapping producer = Mapping.of(map.fd(), page, page + 2 * size, Mapping.Access.READ_ONLY);
      return new RingBuffer(map.fd(), consumer, producer, size);
    } catch (RuntimeException failure) {
      consumer.close();
      throw failure;
    }
  }

  /** What to wait on: readable when a program asked for a wake-up. Remains the map's. */
  public Fd fd() {
    return fd;
  }

  /** Bytes that wait to be read, headers and records still being written included. */
  public long pending() {
    return producer.getLongAcquire(0) - position;
  }

  /**
   * Hands on the records that are there, at most {@code most}, without waiting.
   *
   * <p>The bound matters: a producer faster than this reader would keep it here for ever. Space is
   * given back to the producers record by record, also for a record that the sink throws at.
   *
   * @return how many were handed on
   */
  public int consume(RecordSink sink, int most) {
    int count = 0;
    long end = producer.getLongAcquire(0);
    while (count < most) {
      if (position == end) {
        end = producer.getLongAcquire(0);
        if (position == end) {
          break;
        }
      }
      long at = data + (position & mask);
      int header = producer.getIntAcquire(at);
      if ((header & BUSY) != 0) {
        break; // reserved before it, committed later: everything behind it waits too
      }
      int length = header & ~(BUSY | DISCARD);
      position += HEADER + (length + 7 & -8);
      if ((header & DISCARD) == 0) {
        count++;
        take(sink, at + HEADER, length);
      } else {
        consumer.setLongRelease(0, position);
      }
    }
    return count;
  }

  private void take(RecordSink sink, long at, int length) {
    try {
      sink.record(memory, at, length);
    } finally {
      consumer.setLongRelease(0, position);
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
