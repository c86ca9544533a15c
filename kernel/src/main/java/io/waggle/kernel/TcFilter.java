package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import io.waggle.linux.TrafficControl;
import java.util.List;

/**
 * The packets of an interface at traffic control, as a filter in direct action, by netlink. Makes
 * the queueing discipline clsact where it is missing; closing the link removes it again if nobody
 * else has put filters in by then.
 *
 * <p>The interface holds filter and clsact. A process that is killed leaves both behind; {@code tc
 * qdisc del dev DEVICE clsact} removes them. {@link Tcx} has no such rest.
 *
 * @param device the interface's name, or its number, in the calling thread's network namespace
 * @param parent what the filter belongs to: {@link TrafficControl#INGRESS}, {@link
 *     TrafficControl#EGRESS}, or major and minor number, 16 bits each, of a class of the user's own
 *     queueing discipline
 * @param handle its number among the filters of its priority; 0 lets the kernel choose
 * @param priority filters run by it, the least first; 0 lets the kernel choose
 * @param replace whether to take the place of the filter of that handle and priority
 */
public record TcFilter(String device, int parent, int handle, int priority, boolean replace)
    implements AttachPoint {

  public TcFilter {
    if (priority < 0 || priority > 0xffff) {
      throw new IllegalArgumentException("a filter's priority is 0 to 65535, not " + priority);
    }
  }

  /** Handle and priority of the kernel's choice. */
  public TcFilter(String device, Tc.Direction direction) {
    this(device, parent(direction), 0, 0, false);
  }

  /** The parent that stands for a direction. */
  public static int parent(Tc.Direction direction) {
    return switch (direction) {
      case INGRESS -> TrafficControl.INGRESS;
      case EGRESS -> TrafficControl.EGRESS;
    };
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.SCHED_CLS);
    NetworkDevice found = Devices.find(device);
    TrafficControl control = new TrafficControl(found);
    boolean made = false;
    try {
      made = ofClsact() && control.makeClsact();
      TrafficControl.Filter filter =
          control.attach(program.fd(), program.spec().name(), parent, handle, priority, replace);
      return new Attached(control, filter, made);
    } catch (SystemCallException refused) {
      if (made) {
        control.deleteClsact();
      }
      control.close();
      if (refused instanceof PermissionDeniedException) {
        throw refused;
      }
      throw new AttachException("cannot attach to " + this + ": " + reason(refused), refused);
    }
  }

  private boolean ofClsact() {
    return parent == TrafficControl.INGRESS || parent == TrafficControl.EGRESS;
  }

  private String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EEXIST ->
          "it has a filter with handle "
              + handle
              + " and priority "
              + priority
              + " already; replace it, or choose others";
      case Errno.ENOENT ->
          "this kernel lacks clsact or BPF filters (modules sch_ingress and cls_bpf): "
              + refused.getMessage();
      default -> refused.getMessage();
    };
  }

  /**
   * The BPF filters of an interface, in the order in which they run.
   *
   * @throws AttachException when there is no such interface
   */
  public static List<TrafficControl.Filter> attached(String device, int parent) {
    try (TrafficControl control = new TrafficControl(Devices.find(device))) {
      return control.filters(parent);
    }
  }

  private static final class Attached implements Link {
    private final TrafficControl control;
    private final TrafficControl.Filter filter;
    private final boolean madeClsact;
    private boolean closed;

    Attached(TrafficControl control, TrafficControl.Filter filter, boolean madeClsact) {
      this.control = control;
      this.filter = filter;
      this.madeClsact = madeClsact;
    }

    /** Somebody may have replaced the program or deleted the filter; then it is not ours. */
    @Override
    public boolean isAttached() {
      try {
        return !closed && control.filters(filter.parent()).contains(filter);
      } catch (SystemCallException gone) {
        return false;
      }
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      try {
        if (isAttached()) {
          control.detach(filter);
          if (madeClsact
              && !control.hasFilters(TrafficControl.INGRESS)
              && !control.hasFilters(TrafficControl.EGRESS)) {
            control.deleteClsact();
          }
        }
      } catch (SystemCallException refused) {
        // Interface, filter and clsact may go at any time by another hand.
        if (refused.errno() != Errno.ENODEV
            && refused.errno() != Errno.ENOENT
            && refused.errno() != Errno.EINVAL) {
          throw refused;
        }
      } finally {
        closed = true;
        control.close();
      }
    }
  }

  @Override
  public String toString() {
    String where =
        switch (parent) {
          case TrafficControl.INGRESS -> "ingress";
          case TrafficControl.EGRESS -> "egress";
          default -> "parent %x:%x".formatted(parent >>> 16, parent & 0xffff);
        };
    return "tc filter " + where + " of " + device;
  }
}
