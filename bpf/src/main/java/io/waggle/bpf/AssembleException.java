package io.waggle.bpf;

/** Assembly that cannot be read: where and what was expected. */
public final class AssembleException extends RuntimeException {
  private final int line;
  private final int column;

  AssembleException(int line, int column, String problem, String text) {
    super("line %d, column %d: %s\n  %s".formatted(line, column, problem, text));
    this.line = line;
    this.column = column;
  }

  /** From 1. */
  public int line() {
    return line;
  }

  /** From 1. */
  public int column() {
    return column;
  }
}
