package io.waggle.kernel;

/** A program that could not be attached: where, and why. */
public final class AttachException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public AttachException(String message) {
    super(message);
  }

  public AttachException(String message, Throwable cause) {
    super(message, cause);
  }
}
