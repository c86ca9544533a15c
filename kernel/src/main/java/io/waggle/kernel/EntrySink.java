package io.waggle.kernel;

import java.lang.foreign.MemorySegment;

/** Takes the entries of a map. */
@FunctionalInterface
public interface EntrySink {

  /**
   * One entry: the key at {@code keyOffset} of {@code keys}, the value at {@code valueOffset} of
   * {@code values} ({@link LoadedMap#valueBytes} bytes, all CPUs of a per-CPU map one after
   * another). The memory is only valid during this call.
   */
  void entry(MemorySegment keys, long keyOffset, MemorySegment values, long valueOffset);
}
