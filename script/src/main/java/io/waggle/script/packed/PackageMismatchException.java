package io.waggle.script.packed;

/** A package asks for something that this machine does not have. */
public final class PackageMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PackageMismatchException(String message) {
    super(message);
  }
}
