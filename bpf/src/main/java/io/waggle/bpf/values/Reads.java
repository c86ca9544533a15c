package io.waggle.bpf.values;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.waggle.bpf.values.ValueType.Bits;
import io.waggle.bpf.values.ValueType.Scalar;
import io.waggle.bpf.values.ValueType.Wide;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;

/** Numbers in memory. */
final class Reads {
  private static final BigInteger LOW = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private Reads() {}

  /** Refuses memory that does not hold the value. */
  static void requireRoom(ValueType type, MemorySegment memory, long offset) {
    if (offset < 0 || type.size() > memory.byteSize() - offset) {
      throw new ValueException(
          "a value of "
              + type.size()
              + " bytes does not lie at byte "
              + offset
              + " of "
              + memory.byteSize());
    }
  }

  /** A number, extended to 64 bits. */
  static long scalar(Scalar type, MemorySegment memory, long offset) {
    boolean signed = type.isSigned();
    return switch ((int) type.size()) {
      case 1 -> {
        byte value = memory.get(JAVA_BYTE, offset);
        yield signed ? value : value & 0xffL;
      }
      case 2 -> {
        short value = memory.get(JAVA_SHORT_UNALIGNED, offset);
        yield signed ? value : value & 0xffffL;
      }
      case 4 -> {
        int value = memory.get(JAVA_INT_UNALIGNED, offset);
        yield signed ? value : value & 0xffff_ffffL;
      }
      default -> memory.get(JAVA_LONG_UNALIGNED, offset);
    };
  }

  /** The number in a bit field, extended to 64 bits. */
  static long bits(Bits type, MemorySegment memory, long offset) {
    long value = 0;
    int bytes = (int) type.size();
    for (int i = bytes - 1; i >= 0; i--) {
      long part = memory.get(JAVA_BYTE, offset + i) & 0xff;
      int at = i * 8 - type.shift();
      value |= at >= 0 ? part << at : part >>> -at;
    }
    int unused = 64 - type.bits();
    return type.unit().isSigned() ? value << unused >> unused : value << unused >>> unused;
  }

  static BigInteger wide(Wide type, MemorySegment memory, long offset) {
    long high = memory.get(JAVA_LONG_UNALIGNED, offset + Long.BYTES);
    BigInteger low = BigInteger.valueOf(memory.get(JAVA_LONG_UNALIGNED, offset)).and(LOW);
    BigInteger upper = BigInteger.valueOf(high);
    return (type.isSigned() ? upper : upper.and(LOW)).shiftLeft(64).or(low);
  }

  static double floating(ValueType.Floating type, MemorySegment memory, long offset) {
    return switch ((int) type.size()) {
      case 2 -> Float.float16ToFloat(memory.get(JAVA_SHORT_UNALIGNED, offset));
      case 4 -> Float.intBitsToFloat(memory.get(JAVA_INT_UNALIGNED, offset));
      default -> Double.longBitsToDouble(memory.get(JAVA_LONG_UNALIGNED, offset));
    };
  }

  /** Bytes of text before the first zero byte, at most {@code most}. */
  static long textLength(MemorySegment memory, long offset, long most) {
    long length = 0;
    while (length < most && memory.get(JAVA_BYTE, offset + length) != 0) {
      length++;
    }
    return length;
  }
}
