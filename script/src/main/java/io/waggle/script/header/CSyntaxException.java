package io.waggle.script.header;

/** C that is not understood. */
public final class CSyntaxException extends RuntimeException {
  private final int start;
  private final int end;

  CSyntaxException(int start, int end, String message) {
    super(message);
    this.start = start;
    this.end = end;
  }

  /** Offset of the first character in what was read. */
  public int start() {
    return start;
  }

  /** Offset behind the last character. */
  public int end() {
    return end;
  }
}
