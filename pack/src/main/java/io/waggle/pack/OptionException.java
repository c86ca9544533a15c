package io.waggle.pack;

/** An option of a program that it does not have, or a value that does not fit. */
public final class OptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes one line without an end. */
  public OptionException(String message) {
    super(message);
  }
}
