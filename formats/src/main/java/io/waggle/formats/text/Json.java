package io.waggle.formats.text;

/** JSON's spelling of numbers and strings, as bpftrace writes them. */
public final class Json {
  private Json() {}

  /** A number, or a string of its digits where a double could not hold it exactly (RFC 8259, 6). */
  public static void signed(ByteText out, long value) {
    if (isExact(value)) {
      out.decimal(value);
    } else {
      out.put('"').decimal(value).put('"');
    }
  }

  /** As {@link #signed}, of an unsigned number. */
  public static void unsigned(ByteText out, long value) {
    if (value >= 0 ? isExact(value) : (value & 0x7ff) == 0) {
      out.unsigned(value);
    } else {
      out.put('"').unsigned(value).put('"');
    }
  }

  private static boolean isExact(long value) {
    // Long.MAX_VALUE becomes 2^63 as a double and saturates on the way back.
    return (long) (double) value == value && value != Long.MAX_VALUE;
  }

  /** A string with its quotes. */
  public static void string(ByteText out, String value) {
    out.put('"');
    int from = out.length();
    out.put(value);
    escape(out, from);
    out.put('"');
  }

  /** Escapes in place what was written since {@code from}. */
  public static void escape(ByteText out, int from) {
    byte[] bytes = out.array();
    int end = out.length();
    int first = from;
    while (first < end && isPlain(bytes[first])) {
      first++;
    }
    if (first == end) {
      return;
    }
    byte[] rest = java.util.Arrays.copyOfRange(bytes, first, end);
    out.cut(first);
    for (byte b : rest) {
      character(out, b);
    }
  }

  private static boolean isPlain(byte b) {
    return b != '"' && b != '\\' && (b < 0 || b >= ' ');
  }

  private static void character(ByteText out, byte b) {
    switch (b) {
      case '"' -> out.put('\\').put('"');
      case '\\' -> out.put('\\').put('\\');
      case '\n' -> out.put('\\').put('n');
      case '\r' -> out.put('\\').put('r');
      case '\t' -> out.put('\\').put('t');
      default -> {
        if (b >= 0 && b < ' ') {
          out.put('\\').put('u').put('0').put('0').hexByte(b);
        } else {
          out.put(b);
        }
      }
    }
  }
}
