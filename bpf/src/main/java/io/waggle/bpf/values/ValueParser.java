package io.waggle.bpf.values;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.waggle.bpf.values.ValueType.Scalar;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Values that a person typed: numbers in decimal or, after {@code 0x}, in hexadecimal; {@code true}
 * and {@code false}; names of enumerations; text.
 */
public final class ValueParser {
  private ValueParser() {}

  /**
   * Writes what {@code text} says to {@code offset} of {@code memory}.
   *
   * @throws ValueException if it is no value of that type; says what would be
   */
  public static void parse(ValueType type, String text, MemorySegment memory, long offset) {
    Reads.requireRoom(type, memory, offset);
    switch (type) {
      case Scalar scalar -> write(memory, offset, scalar.size(), scalar(scalar, text));
      case ValueType.Floating floating -> floating(floating, text, memory, offset);
      case ValueType.Text place -> text(place, text, memory, offset);
      case ValueType.Bits _, ValueType.Wide _, ValueType.Array _, ValueType.Structure _ ->
          throw new ValueException("a value of this type cannot be given as text");
    }
  }

  private static long scalar(Scalar type, String text) {
    return switch (type) {
      case ValueType.Bool _ -> bool(text);
      case ValueType.Char _ when text.length() == 1 && text.charAt(0) < 0x80 -> text.charAt(0);
      case ValueType.Enumeration words -> enumerator(words, text);
      default -> number(text, type.size(), type.isSigned());
    };
  }

  private static long bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> 1;
      case "false", "0", "no", "off" -> 0;
      default -> throw new ValueException("'" + text + "' is neither true nor false");
    };
  }

  private static long enumerator(ValueType.Enumeration words, String text) {
    for (ValueType.Enumeration.Name name : words.names()) {
      if (name.name().equals(text)) {
        return name.number();
      }
    }
    try {
      return number(text, words.size(), words.isSigned());
    } catch (ValueException noNumber) {
      StringBuilder known = new StringBuilder();
      for (ValueType.Enumeration.Name name : words.names()) {
        known.append(known.isEmpty() ? "" : ", ").append(name.name());
      }
      throw new ValueException("'" + text + "' is none of " + known);
    }
  }

  private static long number(String text, long size, boolean signed) {
    int bits = (int) size * 8;
    BigInteger most = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
    BigInteger least = signed ? most.not() : BigInteger.ZERO;
    try {
      String digits = text.strip();
      boolean negative = digits.startsWith("-");
      String rest = negative ? digits.substring(1) : digits;
      boolean hex = rest.startsWith("0x") || rest.startsWith("0X");
      if (rest.startsWith("+") || rest.startsWith("-")) {
        throw new NumberFormatException(text);
      }
      BigInteger value = hex ? new BigInteger(rest.substring(2), 16) : new BigInteger(rest);
      BigInteger number = negative ? value.negate() : value;
      if (number.compareTo(least) >= 0 && number.compareTo(most) <= 0) {
        return number.longValue();
      }
    } catch (NumberFormatException notANumber) {
      // Told below, together with numbers that do not fit.
    }
    throw new ValueException("'" + text + "' is no number from " + least + " to " + most);
  }

  private static void floating(
      ValueType.Floating type, String text, MemorySegment memory, long offset) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException notANumber) {
      throw new ValueException("'" + text + "' is no number");
    }
    long bits =
        switch ((int) type.size()) {
          case 2 -> Float.floatToFloat16((float) value);
          case 4 -> Float.floatToIntBits((float) value);
          default -> Double.doubleToLongBits(value);
        };
    write(memory, offset, type.size(), bits);
  }

  private static void text(ValueType.Text type, String text, MemorySegment memory, long offset) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= type.size()) {
      throw new ValueException(
          "'" + text + "' is longer than " + Math.max(0, type.size() - 1) + " bytes");
    }
    memory.asSlice(offset, type.size()).fill((byte) 0);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, offset, bytes.length);
  }

  private static void write(MemorySegment memory, long offset, long size, long value) {
    switch ((int) size) {
      case 1 -> memory.set(JAVA_BYTE, offset, (byte) value);
      case 2 -> memory.set(JAVA_SHORT_UNALIGNED, offset, (short) value);
      case 4 -> memory.set(JAVA_INT_UNALIGNED, offset, (int) value);
      default -> memory.set(JAVA_LONG_UNALIGNED, offset, value);
    }
  }
}
