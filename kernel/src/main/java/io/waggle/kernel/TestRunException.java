package io.waggle.kernel;

/** A program that the kernel would not run for a test: which, and why. */
public final class TestRunException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TestRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
