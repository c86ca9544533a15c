package io.waggle.script.output;

/** What turns a kernel timestamp into a moment: wall time minus boot time, in nanoseconds. */
public record Clocks(long bootToWall) {

  /** {@link io.waggle.script.types.Type.Timestamp}'s clock field for nanoseconds since boot. */
  static final int BOOT = 0;

  /** The moment in nanoseconds since 1970. */
  long wall(long nanos, int clock) {
    return clock == BOOT ? nanos + bootToWall : nanos;
  }
}
