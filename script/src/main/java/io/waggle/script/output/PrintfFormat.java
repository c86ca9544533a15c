package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.script.plan.Field;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A format of {@code printf} with the places of its arguments, compiled once.
 *
 * <p>What bpftrace does is done here too where it differs from C: without a length modifier {@code
 * %d}, {@code %u}, {@code %x} and {@code %o} show the low 32 bits; a field is filled with zeros on
 * whichever side the text is not, also before a sign; a precision and {@code *} are accepted and
 * mean nothing; {@code %s} shows any type the way {@code print()} does.
 */
public final class PrintfFormat {
  private static final int SIGNED = 0;
  private static final int UNSIGNED = 1;
  private static final int OCTAL = 2;
  private static final int HEX = 3;
  private static final int HEX_UPPER = 4;
  private static final int CHARACTER = 5;
  private static final int POINTER = 6;
  private static final int VALUE = 7;
  private static final int BUFFER = 8;
  private static final int BUFFER_HEX = 9;
  private static final int BUFFER_SPACED = 10;

  private final Conversion[] conversions;
  private final byte[] tail;

  private PrintfFormat(Conversion[] conversions, byte[] tail) {
    this.conversions = conversions;
    this.tail = tail;
  }

  /** One conversion and the literal text before it. */
  private record Conversion(
      byte[] before,
      int kind,
      int bits,
      int width,
      boolean left,
      int fill,
      boolean prefix,
      boolean plus,
      ValueFormat value) {}

  /**
   * Compiles a format.
   *
   * @throws IllegalArgumentException if conversions and fields do not match, which the checker
   *     rules out for scripts
   */
  public static PrintfFormat compile(String format, List<Field> fields, Names names) {
    List<Conversion> conversions = new ArrayList<>(fields.size());
    StringBuilder literal = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i);
      int end = c == '%' ? endOfConversion(format, i) : 0;
      if (end == 0) {
        literal.append(c);
        i++;
      } else if (format.charAt(end - 1) == '%') {
        literal.append('%');
        i = end;
      } else {
        if (conversions.size() == fields.size()) {
          throw new IllegalArgumentException("more conversions than values in \"" + format + "\"");
        }
        Field field = fields.get(conversions.size());
        ValueFormat value = ValueFormat.of(field.type(), field.offset(), names);
        conversions.add(conversion(format, i + 1, end, utf8(literal), value));
        literal.setLength(0);
        i = end;
      }
    }
    if (conversions.size() < fields.size()) {
      throw new IllegalArgumentException("fewer conversions than values in \"" + format + "\"");
    }
    return new PrintfFormat(conversions.toArray(new Conversion[0]), utf8(literal));
  }

  /** How many values the format takes. */
  public static int conversions(String format) {
    int count = 0;
    int i = 0;
    while (i < format.length()) {
      int end = format.charAt(i) == '%' ? endOfConversion(format, i) : 0;
      if (end == 0) {
        i++;
      } else {
        if (format.charAt(end - 1) != '%') {
          count++;
        }
        i = end;
      }
    }
    return count;
  }

  private static byte[] utf8(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Where the conversion whose percent sign is at {@code start} ends, or 0 if this is no conversion
   * but text. The checker of scripts reads formats by this too.
   */
  public static int endOfConversion(String format, int start) {
    int i = start + 1;
    for (char flag : new char[] {'-', '+', ' ', '#', '0'}) {
      if (at(format, i) == flag) {
        i++;
      }
    }
    i = endOfNumber(format, i);
    if (at(format, i) == '.') {
      int end = endOfNumber(format, i + 1);
      if (end == i + 1) {
        return 0;
      }
      i = end;
    }
    while ("hlLjzt".indexOf(at(format, i)) >= 0) {
      i++;
    }
    return switch (at(format, i)) {
      case 'd', 'i', 'u', 'o', 'x', 'X', 'c', 's', 'p', '%' -> i + 1;
      case 'r' -> at(format, i + 1) == 'x' || at(format, i + 1) == 'h' ? i + 2 : i + 1;
      default -> 0;
    };
  }

  private static int endOfNumber(String format, int start) {
    if (at(format, start) == '*') {
      return start + 1;
    }
    int i = start;
    while (at(format, i) >= '0' && at(format, i) <= '9') {
      i++;
    }
    return i;
  }

  private static char at(String format, int i) {
    return i < format.length() ? format.charAt(i) : '\uffff';
  }

  private static Conversion conversion(
      String format, int start, int end, byte[] before, ValueFormat value) {
    boolean left = false;
    boolean plus = false;
    boolean prefix = false;
    int fill = ' ';
    int i = start;
    for (; "-+ #0".indexOf(format.charAt(i)) >= 0; i++) {
      switch (format.charAt(i)) {
        case '-' -> left = true;
        case '+' -> plus = true;
        case '#' -> prefix = true;
        case '0' -> fill = '0';
        default -> {}
      }
      if (format.charAt(i) == '0') {
        i++;
        break;
      }
    }
    int width = 0;
    for (; Character.digit(format.charAt(i), 10) >= 0; i++) {
      width = Math.min(width * 10 + Character.digit(format.charAt(i), 10), 1 << 16);
    }
    int letter = end - 1;
    while (letter > i
        && "xh".indexOf(format.charAt(letter)) >= 0
        && format.charAt(letter - 1) == 'r') {
      letter--;
    }
    int kind =
        switch (format.charAt(letter)) {
          case 'd', 'i' -> SIGNED;
          case 'u' -> UNSIGNED;
          case 'o' -> OCTAL;
          case 'x' -> HEX;
          case 'X' -> HEX_UPPER;
          case 'c' -> CHARACTER;
          case 'p' -> POINTER;
          case 's' -> VALUE;
          default ->
              letter == end - 1
                  ? BUFFER
                  : format.charAt(end - 1) == 'x' ? BUFFER_HEX : BUFFER_SPACED;
        };
    if (kind >= BUFFER && value.kind != ValueFormat.BUFFER) {
      kind = VALUE;
    }
    return new Conversion(
        before, kind, bits(format, i, letter), width, left, fill, prefix, plus, value);
  }

  private static int bits(String format, int start, int end) {
    int half = 0;
    for (int i = start; i < end; i++) {
      switch (format.charAt(i)) {
        case 'l', 'j', 'z', 't' -> {
          return 64;
        }
        case 'h' -> half++;
        default -> {}
      }
    }
    return half == 0 ? 32 : half == 1 ? 16 : 8;
  }

  /** Appends the event that starts at {@code start}. */
  public void write(ByteText out, MemorySegment memory, long start) {
    for (Conversion conversion : conversions) {
      out.put(conversion.before);
      if (conversion.width == 0) {
        write(out, conversion, memory, start);
      } else {
        int from = out.length();
        write(out, conversion, memory, start);
        out.align(from, conversion.width, conversion.left, conversion.fill);
      }
    }
    out.put(tail);
  }

  private static void write(ByteText out, Conversion conversion, MemorySegment memory, long start) {
    ValueFormat value = conversion.value;
    switch (conversion.kind) {
      case SIGNED -> {
        long number = low(value.number(memory, start), conversion.bits);
        if (conversion.plus && number >= 0) {
          out.put('+');
        }
        out.decimal(number);
      }
      case UNSIGNED -> out.unsigned(lowUnsigned(value.number(memory, start), conversion.bits));
      case HEX, HEX_UPPER -> {
        long number = lowUnsigned(value.number(memory, start), conversion.bits);
        boolean upper = conversion.kind == HEX_UPPER;
        if (conversion.prefix && number != 0) {
          out.put('0').put(upper ? 'X' : 'x');
        }
        out.hex(number, upper);
      }
      case OCTAL -> {
        long number = lowUnsigned(value.number(memory, start), conversion.bits);
        if (conversion.prefix && number != 0) {
          out.put('0');
        }
        out.octal(number);
      }
      case CHARACTER -> out.put((int) value.number(memory, start));
      case POINTER -> {
        long number = value.number(memory, start);
        if (number == 0) {
          out.put('0');
        } else {
          out.put('0').put('x').hex(number, false);
        }
      }
      case BUFFER -> value.escaped(out, memory, start, true);
      case BUFFER_HEX -> value.escaped(out, memory, start, false);
      case BUFFER_SPACED -> value.spaced(out, memory, start);
      default -> value.text(out, memory, start);
    }
  }

  private static long low(long value, int bits) {
    return bits == 64 ? value : value << (64 - bits) >> (64 - bits);
  }

  private static long lowUnsigned(long value, int bits) {
    return bits == 64 ? value : value << (64 - bits) >>> (64 - bits);
  }
}
