package io.waggle.bpf.values;

/** A type that has no values to print, a value that does not fit its type or its memory. */
public final class ValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes one line without an end. */
  public ValueException(String message) {
    super(message);
  }
}
