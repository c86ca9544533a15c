package io.waggle.script;

/** The kernel does not tell of a type that a script needs: it has no BTF, or not this field. */
public final class MissingTypesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingTypesException(String message) {
    super(message);
  }
}
