package io.waggle.linux;

/** A command that is not there or is no executable. */
public final class CommandNotFoundException extends RuntimeException {
  CommandNotFoundException(String command, String reason) {
    super("command '" + command + "' " + reason);
  }
}
