package io.waggle.kernel;

import java.util.OptionalInt;

/**
 * The packets of an interface at traffic control, by the best way that the kernel has: {@link Tcx}
 * since Linux 6.6, {@link TcFilter} before, and also when a handle or a priority is asked for,
 * which only filters have. Of the two only the first ends with a process that is killed.
 *
 * @param device the interface's name, or its number, in the calling thread's network namespace
 */
public record Tc(String device, Direction direction, OptionalInt handle, OptionalInt priority)
    implements AttachPoint {

  /** Which way packets go. */
  public enum Direction {
    INGRESS,
    EGRESS;

    String word() {
      return this == INGRESS ? "ingress" : "egress";
    }
  }

  /** Without asking for a handle or a priority. */
  public Tc(String device, Direction direction) {
    this(device, direction, OptionalInt.empty(), OptionalInt.empty());
  }

  @Override
  public Link attach(LoadedProgram program) {
    boolean plain = handle.isEmpty() && priority.isEmpty();
    AttachPoint point =
        plain && program.features().has(Feature.TCX)
            ? new Tcx(device, direction)
            : new TcFilter(
                device, TcFilter.parent(direction), handle.orElse(0), priority.orElse(0), false);
    return point.attach(program);
  }

  @Override
  public String toString() {
    return "tc " + direction.word() + " of " + device;
  }
}
