package io.waggle.linux;

/** A program the kernel refused to load; holds the verifier's log. */
public final class ProgramLoadException extends SystemCallException {
  private final String log;

  ProgramLoadException(String arguments, int errno, String log) {
    super("bpf", arguments, errno, log.isBlank() ? "" : "\n" + log.strip());
    this.log = log;
  }

  /** The verifier's whole log; empty where the verifier was not reached. */
  public String log() {
    return log;
  }
}
