package io.waggle.bpf.core;

/** A relocation that is damaged, ambiguous, or does not fit the instruction it is for. */
public final class CoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CoreException(String message) {
    super(message);
  }
}
