package io.waggle.script.packed;

/** A file that is no package of a script, or a damaged one. */
public final class DamagedPackageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedPackageException(String message) {
    super(message);
  }
}
