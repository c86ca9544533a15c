package io.waggle.script.syntax;

/**
 * Something to tell the author of a script.
 *
 * @param hint what to do about it, empty when there is nothing to say
 */
public record Diagnostic(Severity severity, Span span, String message, String hint) {

  /** How bad it is. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public static Diagnostic error(Span span, String message) {
    return new Diagnostic(Severity.ERROR, span, message, "");
  }

  public static Diagnostic error(Span span, String message, String hint) {
    return new Diagnostic(Severity.ERROR, span, message, hint);
  }

  public static Diagnostic warning(Span span, String message) {
    return new Diagnostic(Severity.WARNING, span, message, "");
  }

  /**
   * As it is shown: where, what, the line and a mark under the place.
   *
   * <pre>
   * stdin:1:17-21: ERROR: Unknown identifier: 'pidd'
   * begin { print(pidd); }
   *               ~~~~
   * HINT: did you mean pid?
   * </pre>
   */
  public String render(Source source) {
    StringBuilder out = new StringBuilder(place(source, span));
    out.append(": ").append(severity).append(": ").append(message).append('\n');
    out.append(excerpt(source, span));
    if (!hint.isEmpty()) {
      out.append("HINT: ").append(hint).append('\n');
    }
    return out.toString();
  }

  /** How messages name a place: {@code stdin:1:17-21}, or {@code stdin:1-3} over several lines. */
  public static String place(Source source, Span span) {
    int line = source.line(span.start());
    int lastLine = source.line(Math.max(span.start(), span.end() - 1));
    int column = source.column(span.start());
    return source.name(span.start())
        + ":"
        + line
        + (lastLine != line
            ? "-" + lastLine
            : ":" + column + "-" + (column + Math.max(1, span.end() - span.start())));
  }

  /** The line of a place, and another with a mark under it. */
  public static String excerpt(Source source, Span span) {
    int column = source.column(span.start());
    String text = source.lineText(span.start());
    StringBuilder out = new StringBuilder(text).append('\n');
    for (int i = 0; i < column - 1; i++) {
      out.append(i < text.length() && text.charAt(i) == '\t' ? '\t' : ' ');
    }
    int marked = Math.min(span.end() - span.start(), text.length() - column + 1);
    return out.append("~".repeat(Math.max(1, marked))).append('\n').toString();
  }
}
