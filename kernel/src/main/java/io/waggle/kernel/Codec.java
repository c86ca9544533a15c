package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** How values of a Java type lie in the memory of a map. */
public interface Codec<T> {
  /** Bytes of a value. */
  int size();

  T read(MemorySegment memory, long offset);

  void write(T value, MemorySegment memory, long offset);

  /** Four bytes. */
  Codec<Integer> INT =
      new Codec<>() {
        @Override
        public int size() {
          return 4;
        }

        @Override
        public Integer read(MemorySegment memory, long offset) {
          return memory.get(JAVA_INT_UNALIGNED, offset);
        }

        @Override
        public void write(Integer value, MemorySegment memory, long offset) {
          memory.set(JAVA_INT_UNALIGNED, offset, value);
        }
      };

  /** Eight bytes. */
  Codec<Long> LONG =
      new Codec<>() {
        @Override
        public int size() {
          return 8;
        }

        @Override
        public Long read(MemorySegment memory, long offset) {
          return memory.get(JAVA_LONG_UNALIGNED, offset);
        }

        @Override
        public void write(Long value, MemorySegment memory, long offset) {
          memory.set(JAVA_LONG_UNALIGNED, offset, value);
        }
      };
}
