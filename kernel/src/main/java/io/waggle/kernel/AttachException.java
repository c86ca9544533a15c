package io.waggle.kernel;

/** A program that could not be attached: where, and why. */
public final class AttachException extends RuntimeException {
  public AttachException(String message, Throwable cause) {
    super(message, cause);
  }
}
