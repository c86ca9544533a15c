package io.waggle.pack;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A format that a program gives to {@code bpf_trace_printk}, as the set of texts that come of it.
 * Conversions are those that the helper knows: kernel/bpf/helpers.c, bpf_bprintf_prepare.
 */
record PrintkFormat(String format, Pattern texts) {

  /** The format; empty if it is none that a text could be told by. */
  static Optional<PrintkFormat> of(String format) {
    String line = format.endsWith("\n") ? format.substring(0, format.length() - 1) : format;
    StringBuilder pattern = new StringBuilder();
    StringBuilder literal = new StringBuilder();
    int letters = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '%') {
        literal.append(c);
        letters++;
        continue;
      }
      if (i + 1 < line.length() && line.charAt(i + 1) == '%') {
        literal.append('%');
        i++;
        continue;
      }
      quote(pattern, literal);
      i = conversion(line, i + 1, pattern);
    }
    quote(pattern, literal);
    if (letters == 0 && !format.contains("%")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PrintkFormat(format, Pattern.compile(pattern + "\\s*", Pattern.DOTALL)));
    } catch (PatternSyntaxException unforeseen) {
      throw new IllegalStateException("format " + format, unforeseen);
    }
  }

  private static void quote(StringBuilder pattern, StringBuilder literal) {
    if (!literal.isEmpty()) {
      pattern.append(Pattern.quote(literal.toString()));
      literal.setLength(0);
    }
  }

  /** Appends what the conversion can become and answers where it ends. */
  private static int conversion(String line, int from, StringBuilder pattern) {
    int at = from;
    while (at < line.length() && "-+ #0123456789.lhz".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    switch (at < line.length() ? line.charAt(at) : ' ') {
      case 'd', 'i', 'u' -> pattern.append(" *-?[0-9]+ *");
      case 'x', 'X', 'o' -> pattern.append(" *(?:0[xX])?[0-9a-fA-F]+ *");
      case 'c' -> pattern.append(".");
      case 'p' -> {
        pattern.append(".*?");
        // More letters say what kind of pointer it is: %pI4, %pKS.
        while (at + 1 < line.length() && Character.isLetterOrDigit(line.charAt(at + 1))) {
          at++;
        }
      }
      default -> pattern.append(".*?");
    }
    return Math.min(at, line.length() - 1);
  }

  boolean matches(CharSequence message) {
    return texts.matcher(message).matches();
  }
}
