package io.waggle.compiler;

/**
 * The text a program was written in, for messages.
 *
 * @param file name for people, for example {@code stdin}
 */
public record Source(String file, String text) {

  /** A program that nobody wrote. */
  public static final Source NONE = new Source("", "");

  /** The text of a 1-based line without its line end, or the empty string. */
  public String line(int line) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return "";
      }
      start = end + 1;
    }
    int end = text.indexOf('\n', start);
    return line < 1 ? "" : text.substring(start, end < 0 ? text.length() : end);
  }
}
