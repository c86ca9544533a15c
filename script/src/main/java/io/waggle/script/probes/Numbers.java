package io.waggle.script.probes;

import java.util.OptionalLong;

/** Numbers as attach points write them. */
final class Numbers {
  private Numbers() {}

  /** A number in decimal, hexadecimal ({@code 0x}), octal ({@code 0}) or as {@code 1e6}. */
  static OptionalLong parse(String text) {
    try {
      String digits = text.replace("_", "");
      if (digits.isEmpty() || Character.digit(digits.charAt(0), 10) < 0) {
        return OptionalLong.empty();
      }
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        return OptionalLong.of(Long.parseUnsignedLong(digits, 2, digits.length(), 16));
      }
      int exponent = digits.indexOf('e');
      if (exponent > 0) {
        return withExponent(
            Long.parseLong(digits, 0, exponent, 10),
            Integer.parseInt(digits, exponent + 1, digits.length(), 10));
      }
      if (digits.length() > 1 && digits.charAt(0) == '0') {
        return OptionalLong.of(Long.parseLong(digits, 8));
      }
      return OptionalLong.of(Long.parseUnsignedLong(digits));
    } catch (NumberFormatException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong withExponent(long value, int exponent) {
    if (exponent < 0 || exponent > 18) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < exponent; i++) {
      value = Math.multiplyExact(value, 10);
    }
    return OptionalLong.of(value);
  }

  /** Nanoseconds: a plain number, or one with {@code ns us ms s m h d}. */
  static OptionalLong duration(String text) {
    int unit = text.length();
    while (unit > 0 && Character.isLetter(text.charAt(unit - 1))) {
      unit--;
    }
    OptionalLong plain = parse(text);
    if (plain.isPresent()) {
      return plain;
    }
    long nanos =
        switch (text.substring(unit)) {
          case "ns" -> 1L;
          case "us" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          default -> 0L;
        };
    OptionalLong count = parse(text.substring(0, unit));
    if (nanos == 0 || count.isEmpty() || count.getAsLong() > Long.MAX_VALUE / nanos) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(count.getAsLong() * nanos);
  }
}
