package io.waggle.script.run;

/** The process that was to be traced is not there. */
public final class NoSuchProcessException extends RuntimeException {
  NoSuchProcessException(int pid) {
    super("there is no process " + pid);
  }
}
