package io.waggle.cli;

/** The command line cannot be understood; the message says where, in the user's words. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes one line without an end. */
  public UsageException(String message) {
    super(message);
  }
}
