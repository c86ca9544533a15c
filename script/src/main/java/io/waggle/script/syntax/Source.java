package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;

/**
 * A script's text and what to call it, with the texts of the scripts it imports behind it: offsets
 * go through all of them.
 */
public final class Source {
  private final String text;
  private final List<Part> parts;

  /** A file whose text starts at {@code start}. */
  private record Part(String name, int start) {}

  private Source(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  /**
   * A script that imports nothing yet.
   *
   * @param name for messages: a file name, or {@code stdin} for text from the command line
   */
  public Source(String name, String text) {
    this(text, List.of(new Part(name, 0)));
  }

  /** With another file's text at the end, which starts at {@link #end} of the whole before it. */
  public Source with(String name, String more) {
    List<Part> all = new ArrayList<>(parts);
    all.add(new Part(name, end()));
    return new Source(text + '\n' + more, all);
  }

  /** The offset at which another file would start. */
  public int end() {
    return text.length() + 1;
  }

  /** All text. */
  public String text() {
    return text;
  }

  /** What the script itself is called. */
  public String name() {
    return parts.getFirst().name();
  }

  /** What the file is called that a character is in. */
  public String name(int offset) {
    return part(offset).name();
  }

  /** The line of a character in its file, from 1. */
  public int line(int offset) {
    return lines(part(offset).start(), offset);
  }

  /** The line of a character in all of the text, from 1. */
  public int lineOfAll(int offset) {
    return lines(0, offset);
  }

  private int lines(int from, int offset) {
    int line = 1;
    for (int i = from; i < Math.min(offset, text.length()); i++) {
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

  private Part part(int offset) {
    for (Part part : parts.reversed()) {
      if (part.start() <= offset) {
        return part;
      }
    }
    return parts.getFirst();
  }
}
