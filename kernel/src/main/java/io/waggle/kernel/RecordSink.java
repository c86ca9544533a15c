package io.waggle.kernel;

import java.lang.foreign.MemorySegment;

/** Takes the records of a ring or perf buffer. */
@FunctionalInterface
public interface RecordSink {

  /**
   * One record: {@code length} bytes of {@code memory} from {@code offset}, aligned to 8 in a ring
   * buffer. The bytes are the kernel's and only valid during this call.
   */
  void record(MemorySegment memory, long offset, int length);
}
