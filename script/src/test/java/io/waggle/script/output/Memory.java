package io.waggle.script.output;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes put together for a test, in the machine's order. */
final class Memory {
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());

  Memory int64(long... values) {
    for (long value : values) {
      bytes.putLong(value);
    }
    return this;
  }

  Memory int32(int... values) {
    for (int value : values) {
      bytes.putInt(value);
    }
    return this;
  }

  Memory int16(int value) {
    bytes.putShort((short) value);
    return this;
  }

  Memory int8(int... values) {
    for (int value : values) {
      bytes.put((byte) value);
    }
    return this;
  }

  Memory text(String value, int size) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    bytes.put(utf8).position(bytes.position() + size - utf8.length);
    return this;
  }

  MemorySegment segment() {
    return MemorySegment.ofBuffer(bytes.duplicate().order(ByteOrder.nativeOrder()).flip());
  }
}
