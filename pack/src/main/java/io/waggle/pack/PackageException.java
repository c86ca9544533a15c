package io.waggle.pack;

/** A package that cannot be read, or whose object is not the one that it describes. */
public final class PackageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes one line without an end: which package, where in it, what is wrong. */
  public PackageException(String message) {
    super(message);
  }

  PackageException(String message, Throwable cause) {
    super(message, cause);
  }
}
