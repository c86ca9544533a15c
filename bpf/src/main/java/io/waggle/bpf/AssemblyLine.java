package io.waggle.bpf;

/** One line of assembly being read from left to right; blanks between tokens do not matter. */
final class AssemblyLine {
  private final String text;
  private final int number;
  private int position;

  AssemblyLine(String text, int number) {
    this.text = text;
    this.number = number;
  }

  void skip() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  boolean atEnd() {
    skip();
    return position == text.length();
  }

  int position() {
    return position;
  }

  void position(int earlier) {
    position = earlier;
  }

  /** Takes {@code token} if it is next. */
  boolean accept(String token) {
    skip();
    if (!text.startsWith(token, position)) {
      return false;
    }
    int end = position + token.length();
    boolean word = Character.isLetterOrDigit(token.charAt(token.length() - 1));
    if (word && end < text.length() && isWordPart(text.charAt(end))) {
      return false;
    }
    position = end;
    return true;
  }

  void expect(String token) {
    if (!accept(token)) {
      throw wrong("expected '" + token + "'");
    }
  }

  /** Letters, digits, underscores and dots; empty when something else is next. */
  String word() {
    skip();
    int start = position;
    while (position < text.length() && isWordPart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.';
  }

  /** A decimal or hexadecimal number with or without a sign. */
  long number() {
    skip();
    int start = position;
    boolean negative = accept("-");
    if (!negative) {
      accept("+");
    }
    String digits = word();
    try {
      long value =
          digits.startsWith("0x")
              ? Long.parseUnsignedLong(digits, 2, digits.length(), 16)
              : Long.parseUnsignedLong(digits);
      return negative ? -value : value;
    } catch (NumberFormatException e) {
      position = start;
      throw wrong("expected a number");
    }
  }

  /** A number that an immediate or an offset of {@code bits} can hold, signed or not. */
  int number(int bits) {
    int start = position;
    long value = number();
    if (value < -(1L << bits - 1) || value >= 1L << bits) {
      position = start;
      throw wrong("expected a number of " + bits + " bits");
    }
    return bits == 16 ? (short) value : (int) value;
  }

  /** The text up to {@code end}, which is taken too. */
  String until(String end) {
    int at = text.indexOf(end, position);
    if (at < 0) {
      throw wrong("expected '" + end + "'");
    }
    String found = text.substring(position, at);
    position = at + end.length();
    return found;
  }

  AssembleException wrong(String problem) {
    skip();
    return new AssembleException(number, position + 1, problem, text);
  }
}
