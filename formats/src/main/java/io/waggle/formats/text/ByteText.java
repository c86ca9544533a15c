package io.waggle.formats.text;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text as bytes, growing as it is written.
 *
 * <p>One instance is used over and over; writing numbers and copying bytes allocates nothing once
 * the array has its size.
 */
public final class ByteText {
  private static final int FIRST_SIZE = 8 * 1024;
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] HEX_UPPER = ascii("0123456789ABCDEF");
  private static final byte[] LOWEST = ascii("-9223372036854775808");

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  /** Bytes written since the last {@link #clear}. */
  public int length() {
    return length;
  }

  /** The array that holds the text, valid up to {@link #length} until the next write. */
  public byte[] array() {
    return bytes;
  }

  /** Empties the text. */
  public void clear() {
    length = 0;
  }

  /** Forgets everything from {@code position} on. */
  public void cut(int position) {
    length = position;
  }

  /** Appends one byte. */
  public ByteText put(int value) {
    if (length == bytes.length) {
      room(1);
    }
    bytes[length++] = (byte) value;
    return this;
  }

  /** Appends {@code text}, bytes as they are. */
  public ByteText put(byte[] text) {
    return put(text, 0, text.length);
  }

  /** Appends {@code count} bytes of {@code text}. */
  public ByteText put(byte[] text, int from, int count) {
    room(count);
    System.arraycopy(text, from, bytes, length, count);
    length += count;
    return this;
  }

  /** Appends {@code text} in UTF-8. */
  public ByteText put(String text) {
    int count = text.length();
    room(count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return put(text.substring(i).getBytes(StandardCharsets.UTF_8));
      }
      bytes[length++] = (byte) c;
    }
    return this;
  }

  /** Appends {@code count} bytes of memory. */
  public ByteText put(MemorySegment memory, long from, int count) {
    room(count);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, from, bytes, length, count);
    length += count;
    return this;
  }

  /** Appends {@code value} in decimal. */
  public ByteText decimal(long value) {
    if (value < 0) {
      if (value == Long.MIN_VALUE) {
        return put(LOWEST);
      }
      put('-');
      value = -value;
    }
    int digits = 1;
    for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
      digits++;
    }
    room(digits);
    int at = length + digits;
    length = at;
    // Dividing an int is several times cheaper than dividing a long.
    while (value > Integer.MAX_VALUE) {
      long quotient = value / 10;
      bytes[--at] = (byte) ('0' + (value - quotient * 10));
      value = quotient;
    }
    int rest = (int) value;
    do {
      int quotient = rest / 10;
      bytes[--at] = (byte) ('0' + (rest - quotient * 10));
      rest = quotient;
    } while (rest != 0);
    return this;
  }

  /** Appends {@code value} in decimal, as unsigned. */
  public ByteText unsigned(long value) {
    if (value >= 0) {
      return decimal(value);
    }
    long quotient = Long.divideUnsigned(value, 10);
    return decimal(quotient).put('0' + (int) (value - quotient * 10));
  }

  /** Appends {@code value} in decimal with zeros in front up to {@code digits}. */
  public ByteText padded(long value, int digits, int fill) {
    int start = length;
    decimal(value);
    return align(start, digits, false, fill);
  }

  /** Appends {@code value} in hexadecimal without a prefix. */
  public ByteText hex(long value, boolean upper) {
    return digits(value, 4, upper ? HEX_UPPER : HEX);
  }

  /** Appends {@code value} in octal without a prefix. */
  public ByteText octal(long value) {
    return digits(value, 3, HEX);
  }

  private ByteText digits(long value, int bits, byte[] alphabet) {
    int significant = Math.max(1, 64 - Long.numberOfLeadingZeros(value));
    int count = (significant + bits - 1) / bits;
    room(count);
    for (int at = length + count - 1; at >= length; at--) {
      bytes[at] = alphabet[(int) value & ((1 << bits) - 1)];
      value >>>= bits;
    }
    length += count;
    return this;
  }

  /** Appends one byte as two hexadecimal digits. */
  public ByteText hexByte(int value) {
    return put(HEX[value >> 4 & 15]).put(HEX[value & 15]);
  }

  /** Widens what was written since {@code start} to {@code width} bytes. */
  public ByteText align(int start, int width, boolean left, int fill) {
    int missing = width - (length - start);
    if (missing <= 0) {
      return this;
    }
    room(missing);
    if (left) {
      Arrays.fill(bytes, length, length + missing, (byte) fill);
    } else {
      System.arraycopy(bytes, start, bytes, start + missing, length - start);
      Arrays.fill(bytes, start, start + missing, (byte) fill);
    }
    length += missing;
    return this;
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, count)));
    }
  }

  /** The text, for messages and tests. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The bytes of a text that has no other characters than ASCII's. */
  public static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
