package io.waggle.script.check;

/** Options that were given to a script and that it does not take. */
public final class OptionException extends RuntimeException {
  OptionException(String message) {
    super(message);
  }
}
