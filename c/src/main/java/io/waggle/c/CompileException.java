package io.waggle.c;

/** C that clang does not take; the message is clang's own, with the places in the source. */
public final class CompileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CompileException(String message) {
    super(message);
  }
}
