package io.waggle.kernel;

import io.waggle.bpf.MapType;
import io.waggle.linux.Mapping;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sending side of a map of type {@code USER_RINGBUF} (Linux 6.1): records that programs take
 * with {@code bpf_user_ringbuf_drain}, in the order they were reserved. No call into the kernel is
 * made. One thread at a time; only one object may send to a map.
 *
 * <p>The layout is that of kernel/bpf/ringbuf.c: a page with the consumer's position, one with the
 * producer's, then the data twice, so that records that wrap lie in one piece.
 */
public final class UserRingBuffer implements AutoCloseable {
  /** {@code BPF_RINGBUF_BUSY_BIT}: reserved, not submitted. */
  private static final int BUSY = 1 << 31;

  /** {@code BPF_RINGBUF_DISCARD_BIT}: programs pass it over. */
  private static final int DISCARDED = 1 << 30;

  private static final int HEADER = 8;

  private final Mapping consumer;
  private final Mapping producer;
  private final long data;
  private final long size;

  private UserRingBuffer(Mapping consumer, Mapping producer, long size) {
    this.consumer = consumer;
    this.producer = producer;
    this.data = Mapping.pageSize();
    this.size = size;
  }

  /**
   * Opens a map for sending; the caller closes it before the map.
   *
   * @throws IllegalArgumentException if the map is of another type
   */
  static UserRingBuffer open(LoadedMap map) {
    if (map.spec().type() != MapType.USER_RINGBUF) {
      throw new IllegalArgumentException(
          "map '" + map.spec().name() + "' is a " + map.spec().type() + ", no USER_RINGBUF");
    }
    long size = map.spec().maxEntries();
    int page = Mapping.pageSize();
    Mapping consumer = Mapping.of(map.fd(), 0, page, Mapping.Access.READ_ONLY);
    try {
      Mapping producer = Mapping.of(map.fd(), page, page + 2 * size, Mapping.Access.READ_WRITE);
      return new UserRingBuffer(consumer, producer, size);
    } catch (RuntimeException failure) {
      consumer.close();
      throw failure;
    }
  }

  /** A place in the ring: written, then submitted or discarded, once. */
  public final class Sample {
    private final long header;
    private final int length;
    private boolean isOpen = true;

    private Sample(long header, int length) {
      this.header = header;
      this.length = length;
    }

    /** Its bytes, what was there before still in them. Not to be touched once it is given away. */
    public MemorySegment memory() {
      checkOpen();
      return producer.segment().asSlice(data + header + HEADER, length);
    }

    /** Lets programs have it. */
    public void submit() {
      commit(length);
    }

    /** Makes programs pass it over. */
    public void discard() {
      commit(length | DISCARDED);
    }

    private void commit(int word) {
      checkOpen();
      isOpen = false;
      producer.setIntRelease(data + header, word);
    }

    private void checkOpen() {
      if (!isOpen) {
        throw new IllegalStateException("the sample was submitted or discarded already");
      }
    }
  }

  /**
   * Takes a place for {@code length} bytes. Programs stop there until it is submitted or discarded.
   *
   * @return empty if the ring has no room, until programs take records from it
   * @throws IllegalArgumentException if it would not fit into an empty ring either
   */
  public Optional<Sample> reserve(int length) {
    long total = HEADER + (length + 7L & -8L);
    if (length < 0 || total > size) {
      throw new IllegalArgumentException(
          "a record of " + length + " bytes does not fit into a ring of " + size);
    }
    long end = producer.getLong(0);
    if (total > size - (end - consumer.getLongAcquire(0))) {
      return Optional.empty();
    }
    long header = end & size - 1;
    // The upper half is 0 in what user space sends.
    producer.setLong(data + header, (length | BUSY) & 0xffff_ffffL);
    producer.setLongRelease(0, end + total);
    return Optional.of(new Sample(header, length));
  }

  /**
   * Sends a record that {@code writer} fills in; one it fails to write is discarded.
   *
   * @return false if the ring has no room
   */
  public boolean send(int length, Consumer<MemorySegment> writer) {
    Optional<Sample> sample = reserve(length);
    if (sample.isEmpty()) {
      return false;
    }
    try {
      writer.accept(sample.get().memory());
      sample.get().submit();
      return true;
    } finally {
      if (sample.get().isOpen) {
        sample.get().discard();
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
