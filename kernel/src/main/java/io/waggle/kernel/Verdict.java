package io.waggle.kernel;

/**
 * Whether something is there.
 *
 * @param reason why not, or why that cannot be told; may be empty
 */
public record Verdict(State state, String reason) {
  /** The answers there are. */
  public enum State {
    YES,
    NO,
    /** It cannot be told, here or now. */
    UNKNOWN
  }

  static final Verdict YES = new Verdict(State.YES, "");

  static Verdict of(boolean isThere, String otherwise) {
    return isThere ? YES : new Verdict(State.NO, otherwise);
  }

  static Verdict unknown(String reason) {
    return new Verdict(State.UNKNOWN, reason);
  }
}
