package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.waggle.linux.Fd;
import io.waggle.linux.Mapping;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One CPU's part of a {@link PerfBuffer} ({@code struct perf_event_mmap_page}). */
final class PerfCpuBuffer implements AutoCloseable {
  private static final int HEAD = 1024; // offsets in perf_event_mmap_page
  private static final int TAIL = 1032;
  private static final int HEADER_BYTES = 8; // struct perf_event_header: type, misc, size
  private static final int SAMPLE = 9; // PERF_RECORD_SAMPLE
  private static final int LOST = 2; // PERF_RECORD_LOST
  private static final int MOST_RECORD_BYTES = 1 << 16; // the header's size has 16 bits

  private final int cpu;
  private final PerfEvent event;
  private final Mapping mapping;
  private final MemorySegment memory;
  private final long size;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment joined = arena.allocate(MOST_RECORD_BYTES, 8);
  private long lost;

  private PerfCpuBuffer(int cpu, PerfEvent event, Mapping mapping, long size) {
    this.cpu = cpu;
    this.event = event;
    this.mapping = mapping;
    this.memory = mapping.segment();
    this.size = size;
  }

  static PerfCpuBuffer open(int cpu, int bytes) {
    long size = Mapping.pageSize();
    while (size < bytes) {
      size *= 2;
    }
    PerfEvent event =
        PerfEvent.open(PerfEventAttributes.bpfOutput(1), PerfEvent.ALL_PROCESSES, cpu);
    try {
      Mapping mapping =
          Mapping.of(event.fd(), 0, Mapping.pageSize() + size, Mapping.Access.READ_WRITE);
      event.enable();
      return new PerfCpuBuffer(cpu, event, mapping, size);
    } catch (RuntimeException failure) {
      event.close();
      throw failure;
    }
  }

  int cpu() {
    return cpu;
  }

  Fd fd() {
    return event.fd();
  }

  long lost() {
    return event.lost().orElse(lost);
  }

  int consume(RecordSink sink, int max) {
    long head = mapping.getLongAcquire(HEAD);
    long tail = mapping.getLong(TAIL);
    int count = 0;
    try {
      while (tail < head && count < max) {
        long at = Mapping.pageSize() + (tail & size - 1);
        // A header is 8 bytes at a multiple of 8, so it never wraps.
        long header = mapping.getLong(at);
        int type = (int) header;
        int length = (int) (header >>> 48);
        if (length < HEADER_BYTES) {
          throw new IllegalStateException("perf record of " + length + " bytes on CPU " + cpu);
        }
        tail += length;
        if (type == SAMPLE) {
          count++;
          sample(sink, at, length);
        } else if (type == LOST) { // header, id, count of lost records
          lost += mapping.getLong(Mapping.pageSize() + (tail - 8 & size - 1));
        }
      }
    } finally {
      mapping.setLongRelease(TAIL, tail);
    }
    return count;
  }

  /** A raw sample is its size in four bytes, then the data, padded to 8 in all. */
  private void sample(RecordSink sink, long at, int length) {
    long end = Mapping.pageSize() + size;
    if (at + length <= end) {
      sink.record(memory, at + HEADER_BYTES + 4, mapping.getInt(at + HEADER_BYTES));
      return;
    }
    long before = end - at;
    MemorySegment.copy(memory, at, joined, 0, before);
    MemorySegment.copy(memory, Mapping.pageSize(), joined, before, length - before);
    int size = joined.get(JAVA_INT, HEADER_BYTES);
    sink.record(joined, HEADER_BYTES + 4, size);
  }

  @Override
  public void close() {
    mapping.close();
    event.close();
    arena.close();
  }
}
