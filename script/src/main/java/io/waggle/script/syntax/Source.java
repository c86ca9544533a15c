package io.waggle.script.syntax;

/**
 * A script's text and what to call it.
 *
 * @param name for messages: a file name, or {@code stdin} for text from the command line
 */
public record Source(String name, String text) {

  /** The line of a character, from 1. */
  public int line(int offset) {
    int line = 1;
    for (int i = 0; i < Math.min(offset, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    return line;
  }

  /** The column of a character, from 1. */
  public int column(int offset) {
    return offset - lineStart(offset) + 1;
  }

  /** The text of the line that holds a character, without its end. */
  public String lineText(int offset) {
    int start = lineStart(offset);
    int end = text.indexOf('\n', start);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  private int lineStart(int offset) {
    return text.lastIndexOf('\n', Math.min(offset, text.length()) - 1) + 1;
  }
}
