package io.waggle.script.syntax;

import java.nio.charset.StandardCharsets;

/** Cuts a source into tokens, one at a time, so that the parser can choose how to read on. */
final class Lexer {
  // Longest first: the first that fits is taken.
  private static final String[] OPERATORS = {
    "<<=", ">>=", "...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=",
    "*=", "/=", "%=", "&=", "|=", "^=", "->", "..", "{", "}", "(", ")", "[", "]", ";", ",", ":",
    "?", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", ".", "#"
  };

  private final Source source;
  private final String text;
  private int position;

  Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  int position() {
    return position;
  }

  void position(int offset) {
    position = offset;
  }

  /** The next token, blanks and comments skipped. */
  Token next() {
    skip();
    int start = position;
    if (start >= text.length()) {
      return token(Token.Kind.END, start, "", 0);
    }
    char c = text.charAt(start);
    if (isWordStart(c)) {
      return token(Token.Kind.WORD, start, word(), 0);
    }
    if (c >= '0' && c <= '9') {
      return number(start);
    }
    return switch (c) {
      case '"' -> text(start);
      case '$' -> dollar(start);
      case '@' -> {
        position++;
        yield token(Token.Kind.MAP, start, word(), 0);
      }
      case '#' -> directive(start);
      default -> operator(start);
    };
  }

  private Token token(Token.Kind kind, int start, String value, long number) {
    return new Token(kind, start, position, value, number);
  }

  /** Where the line may stand that names an interpreter; imported scripts start on a line too. */
  private boolean isStartOfFile() {
    return position == 0 || text.charAt(position - 1) == '\n';
  }

  /** Skips blanks and comments. */
  void skip() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        position++;
      } else if (text.startsWith("//", position)
          || (isStartOfFile() && text.startsWith("#!", position))) {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", position)) {
        int end = text.indexOf("*/", position + 2);
        if (end < 0) {
          throw error(position, position + 2, "end of file, expected end of comment", "");
        }
        position = end + 2;
      } else {
        return;
      }
    }
  }

  private String word() {
    int start = position;
    while (position < text.length() && isWordPart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private Token dollar(int start) {
    position++;
    char c = position < text.length() ? text.charAt(position) : ' ';
    if (c == '#') {
      position++;
      return token(Token.Kind.POSITIONAL_COUNT, start, "", 0);
    }
    if (c >= '0' && c <= '9') {
      String digits = word();
      int index;
      try {
        index = Integer.parseInt(digits);
      } catch (NumberFormatException e) {
        throw error(start, position, "invalid positional parameter '$" + digits + "'", "");
      }
      if (index == 0) {
        throw error(start, position, "param $0 is not available", "the first parameter is $1");
      }
      return token(Token.Kind.POSITIONAL, start, "", index);
    }
    if (!isWordStart(c)) {
      throw error(start, start + 1, "invalid character '$'", "a variable is written $name");
    }
    return token(Token.Kind.VARIABLE, start, word(), 0);
  }

  /** A line that starts with a hash: C for the preprocessor, taken as it is. */
  private Token directive(int start) {
    int lineStart = text.lastIndexOf('\n', start - 1) + 1;
    if (!text.substring(lineStart, start).isBlank()) {
      return operator(start);
    }
    int end = start;
    do {
      end = text.indexOf('\n', end + 1);
    } while (end > 0 && text.charAt(end - 1) == '\\');
    position = end < 0 ? text.length() : end;
    return token(Token.Kind.DIRECTIVE, start, text.substring(start, position), 0);
  }

  private Token operator(int start) {
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, start)) {
        position = start + operator.length();
        return token(Token.Kind.OPERATOR, start, operator, 0);
      }
    }
    int point = text.codePointAt(start);
    throw error(
        start,
        start + Character.charCount(point),
        "invalid character '" + Character.toString(point) + "'",
        point == '\'' ? "text is written in double quotes" : "");
  }

  private Token number(int start) {
    String digits = word().replace("_", "");
    String wrong = "invalid integer literal '" + text.substring(start, position) + "'";
    try {
      int radix = 10;
      int from = 0;
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        radix = 16;
        from = 2;
      } else if (digits.length() > 1 && digits.charAt(0) == '0' && isDigit(digits.charAt(1))) {
        radix = 8;
        from = 1;
      }
      int end = from;
      while (end < digits.length() && Character.digit(digits.charAt(end), radix) >= 0) {
        end++;
      }
      if (end == from) {
        throw error(start, position, wrong, "");
      }
      long value = Long.parseUnsignedLong(digits, from, end, radix);
      String suffix = digits.substring(end);
      return suffixed(start, value, suffix, wrong);
    } catch (NumberFormatException | ArithmeticException e) {
      throw error(start, position, wrong + ": it needs more than 64 bits", "");
    }
  }

  private Token suffixed(int start, long value, String suffix, String wrong) {
    if (suffix.startsWith("e") && suffix.length() > 1 && isDigit(suffix.charAt(1))) {
      int exponent = Integer.parseInt(suffix, 1, suffix.length(), 10);
      long scaled = signed(value);
      for (int i = 0; i < exponent && scaled != 0; i++) {
        scaled = Math.multiplyExact(scaled, 10L);
      }
      return token(Token.Kind.NUMBER, start, "", scaled);
    }
    long unit =
        switch (suffix) {
          case "", "ns" -> 1L;
          case "us" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          case "u", "U", "l", "L", "ul", "uL", "Ul", "UL", "ll", "LL", "ull", "uLL", "Ull", "ULL" ->
              1L;
          default -> throw error(start, position, wrong, "");
        };
    boolean unsigned = unit == 1 && value < 0;
    return token(
        unsigned ? Token.Kind.UNSIGNED : Token.Kind.NUMBER,
        start,
        "",
        unit == 1 ? value : Math.multiplyExact(signed(value), unit));
  }

  private static long signed(long value) {
    if (value < 0) {
      throw new ArithmeticException("above 2^63");
    }
    return value;
  }

  private Token text(int start) {
    // Escapes name bytes; the text is UTF-8, so bytes are collected and decoded together.
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    position++;
    while (true) {
      if (position >= text.length() || text.charAt(position) == '\n') {
        throw error(start, position, "unterminated string", "close it with a double quote");
      }
      char c = text.charAt(position);
      if (c == '"') {
        position++;
        String value = bytes.toString(StandardCharsets.UTF_8);
        return token(Token.Kind.TEXT, start, value, 0);
      }
      if (c == '\\') {
        escape(bytes);
      } else {
        int point = text.codePointAt(position);
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        position += Character.charCount(point);
      }
    }
  }

  private void escape(java.io.ByteArrayOutputStream bytes) {
    int start = position++;
    char c = position < text.length() ? text.charAt(position) : ' ';
    if (c >= '0' && c <= '7') {
      bytes.write(digits(8, 3));
      return;
    }
    position++;
    switch (c) {
      case 'n' -> bytes.write('\n');
      case 't' -> bytes.write('\t');
      case 'r' -> bytes.write('\r');
      case '"' -> bytes.write('"');
      case '\\' -> bytes.write('\\');
      case 'x' -> {
        if (position >= text.length() || Character.digit(text.charAt(position), 16) < 0) {
          throw error(start, position, "invalid escape sequence '\\x'", "write \\xnn");
        }
        bytes.write(digits(16, 2));
      }
      default -> throw error(start, position, "invalid escape character '\\" + c + "'", "");
    }
  }

  private int digits(int radix, int most) {
    int value = 0;
    for (int i = 0; i < most && position < text.length(); i++) {
      int digit = Character.digit(text.charAt(position), radix);
      if (digit < 0) {
        break;
      }
      value = value * radix + digit;
      position++;
    }
    return value & 0xff;
  }

  ScriptException error(int start, int end, String message, String hint) {
    return new ScriptException(
        source, Diagnostic.error(new Span(start, end), "syntax error, " + message, hint));
  }

  static boolean isWordStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  static boolean isWordPart(char c) {
    return isWordStart(c) || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
