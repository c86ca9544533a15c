package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** IP addresses as inet_ntop(3) writes them. */
final class InternetAddress {
  /** AF_INET and AF_INET6 (include/linux/socket.h). */
  private static final int INET = 2;

  private static final int INET6 = 10;

  private InternetAddress() {}

  /** Appends the {@link io.waggle.script.types.Type.Inet} at {@code at}; nothing if it is none. */
  static void write(ByteText out, MemorySegment memory, long at) {
    switch (memory.get(ValueLayout.JAVA_INT_UNALIGNED, at)) {
      case INET -> four(out, memory, at + 4);
      case INET6 -> six(out, memory, at + 4);
      default -> {}
    }
  }

  private static int octet(MemorySegment memory, long at) {
    return memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  private static int group(MemorySegment memory, long at, int index) {
    return octet(memory, at + 2L * index) << 8 | octet(memory, at + 2L * index + 1);
  }

  private static void four(ByteText out, MemorySegment memory, long at) {
    for (int i = 0; i < 4; i++) {
      out.put(i == 0 ? "" : ".").decimal(octet(memory, at + i));
    }
  }

  /** The longest run of two or more zero groups becomes {@code ::} (RFC 5952, section 4.2). */
  private static void six(ByteText out, MemorySegment memory, long at) {
    int best = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(memory, at, end) == 0) {
        end++;
      }
      if (end - i > length) {
        best = i;
        length = end - i;
      }
    }
    if (best == 0 && (length == 6 || length == 5 && group(memory, at, 5) == 0xffff)) {
      out.put(length == 6 ? "::" : "::ffff:");
      four(out, memory, at + 12);
      return;
    }
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        out.put("::");
        i += length - 1;
      } else {
        out.put(i == 0 || i == best + length && best >= 0 ? "" : ":")
            .hex(group(memory, at, i), false);
      }
    }
  }
}
