package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A kernel structure being filled for one call ({@code union bpf_attr}, {@code perf_event_attr} and
 * smaller ones), in memory that its thread owns and uses again for the next call.
 */
final class Attributes {
  /** Bytes; more than the largest structure used here. */
  static final int CAPACITY = 256;

  private static final int NAME_BYTES = 16; // BPF_OBJ_NAME_LEN

  private final MemorySegment memory;
  // Holds what the structure points to until the next call, so that it is not collected meanwhile.
  private final MemorySegment[] pointedTo = new MemorySegment[8];
  private int pointers;

  Attributes(MemorySegment memory) {
    this.memory = memory;
  }

  Attributes begin() {
    memory.fill((byte) 0);
    while (pointers > 0) {
      pointedTo[--pointers] = null;
    }
    return this;
  }

  Attributes u16(long offset, int value) {
    memory.set(JAVA_SHORT, offset, (short) value);
    return this;
  }

  Attributes u32(long offset, int value) {
    memory.set(JAVA_INT, offset, value);
    return this;
  }

  Attributes u64(long offset, long value) {
    memory.set(JAVA_LONG, offset, value);
    return this;
  }

  /** A pointer to native memory; {@link MemorySegment#NULL} for none. */
  Attributes pointer(long offset, MemorySegment target) {
    if (!target.isNative()) {
      throw new IllegalArgumentException("the kernel needs native memory, not an array");
    }
    pointedTo[pointers++] = target;
    return u64(offset, target.address());
  }

  /** An object name: letters, digits, '_' and '.', at most 15; others are replaced or cut off. */
  Attributes name(long offset, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < bytes.length && i < NAME_BYTES - 1; i++) {
      memory.set(JAVA_BYTE, offset + i, allowed(bytes[i]) ? bytes[i] : (byte) '_');
    }
    return this;
  }

  // kernel/bpf/syscall.c, bpf_obj_name_cpy
  private static boolean allowed(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.';
  }

  int u32(long offset) {
    return memory.get(JAVA_INT, offset);
  }

  long u64(long offset) {
    return memory.get(JAVA_LONG, offset);
  }

  long address() {
    return memory.address();
  }
}
