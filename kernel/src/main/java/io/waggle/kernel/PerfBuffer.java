package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.waggle.bpf.MapType;
import io.waggle.linux.Cpus;
import io.waggle.linux.Epoll;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@code bpf_perf_event_output} writes, for kernels without ring buffers: a buffer for
 * each online CPU, with records in order on one CPU only. What found a buffer full is counted. One
 * thread reads.
 */
public final class PerfBuffer implements AutoCloseable {
  private final PerfCpuBuffer[] buffers;
  private int first;

  private PerfBuffer(PerfCpuBuffer[] buffers) {
    this.buffers = buffers;
  }

  static PerfBuffer open(LoadedMap map, int bytesPerCpu) {
    if (map.spec().type() != MapType.PERF_EVENT_ARRAY) {
      throw new IllegalArgumentException("map '" + map.spec().name() + "' is no perf event array");
    }
    List<PerfCpuBuffer> buffers = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(4, 4);
      MemorySegment value = arena.allocate(4, 4);
      for (int cpu : Cpus.online()) {
        PerfCpuBuffer buffer = PerfCpuBuffer.open(cpu, bytesPerCpu);
        buffers.add(buffer);
        key.set(JAVA_INT, 0, cpu);
        value.set(JAVA_INT, 0, buffer.fd().number());
        map.update(key, value);
      }
      return new PerfBuffer(buffers.toArray(PerfCpuBuffer[]::new));
    } catch (RuntimeException | Error failure) {
      buffers.forEach(PerfCpuBuffer::close);
      throw failure;
    }
  }

  /** Lets the epoll wake for any CPU's buffer, told by {@code token}. */
  public void register(Epoll epoll, long token) {
    for (PerfCpuBuffer buffer : buffers) {
      epoll.add(buffer.fd(), token);
    }
  }

  /**
   * Hands out records, CPU by CPU, until there are no more or {@code max} have been.
   *
   * @return how many records were handed out
   */
  public int consume(RecordSink sink, int max) {
    int count = 0;
    for (int i = 0; i < buffers.length && count < max; i++) {
      count += buffers[(first + i) % buffers.length].consume(sink, max - count);
    }
    first = (first + 1) % buffers.length; // so that no CPU starves behind a busy one
    return count;
  }

  /**
   * Records that found their buffer full, on all CPUs. Kernels before 6.0 tell of them with the
   * next record that fits; the last ones are not known there.
   */
  public long lost() {
    long sum = 0;
    for (PerfCpuBuffer buffer : buffers) {
      sum += buffer.lost();
    }
    return sum;
  }

  /** Records that found that CPU's buffer full; 0 for a CPU that is not online. */
  public long lost(int cpu) {
    for (PerfCpuBuffer buffer : buffers) {
      if (buffer.cpu() == cpu) {
        return buffer.lost();
      }
    }
    return 0;
  }

  @Override
  public void close() {
    for (PerfCpuBuffer buffer : buffers) {
      buffer.close();
    }
  }
}
