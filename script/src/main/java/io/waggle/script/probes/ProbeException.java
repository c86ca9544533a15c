package io.waggle.script.probes;

import java.util.Optional;

/** An attach point that stands for nothing that exists, or is not written as its kind wants it. */
public final class ProbeException extends RuntimeException {
  private final String hint;
  private final boolean isPattern;

  public ProbeException(String message) {
    this(message, "");
  }

  public ProbeException(String message, String hint) {
    this(message, hint, false);
  }

  private ProbeException(String message, String hint, boolean isPattern) {
    super(message);
    this.hint = hint;
    this.isPattern = isPattern;
  }

  /** A pattern that nothing matches: no mistake where other attach points of a probe match. */
  static ProbeException ofPattern(String message) {
    return new ProbeException(message, "", true);
  }

  /** What to do about it, or the nearest names that exist. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  /** Whether it was a pattern that matches nothing. */
  public boolean isPattern() {
    return isPattern;
  }
}
