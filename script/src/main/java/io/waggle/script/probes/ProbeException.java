package io.waggle.script.probes;

import java.util.Optional;

/** An attach point that stands for nothing that exists, or is not written as its kind wants it. */
public final class ProbeException extends RuntimeException {
  private final String hint;

  public ProbeException(String message) {
    this(message, "");
  }

  public ProbeException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to do about it, or the nearest names that exist. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }
}
