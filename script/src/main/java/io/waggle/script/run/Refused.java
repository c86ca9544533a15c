package io.waggle.script.run;

/** What becomes of a script when the kernel refuses one of its places. */
public enum Refused {
  /** Nothing is attached. */
  FAIL,
  /** The others are, and a warning tells. */
  WARN,
  /** The others are. */
  SKIP
}
