package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.BpfAttachment;

/**
 * The packets of an interface at traffic control, by a link (Linux 6.6): needs no queueing
 * discipline and ends with the process. Programs of one direction run in order until one decides.
 *
 * @param device the interface's name, or its number, in the calling thread's network namespace
 */
public record Tcx(String device, Tc.Direction direction, Order order) implements AttachPoint {

  /** After the programs that are there. */
  public Tcx(String device, Tc.Direction direction) {
    this(device, direction, Order.LAST);
  }

  @Override
  public HookLink attach(LoadedProgram program) {
    return hook(device, direction).attach(this, program, order);
  }

  /**
   * The programs attached, in order, and the revision for {@link Order#atRevision}.
   *
   * @throws AttachException when there is no such interface, or the kernel is too old
   */
  public static BpfAttachment.Attached attached(String device, Tc.Direction direction) {
    return hook(device, direction).attached();
  }

  private static OrderedHook hook(String device, Tc.Direction direction) {
    return new OrderedHook(
        device,
        switch (direction) {
          case INGRESS -> AttachType.TCX_INGRESS;
          case EGRESS -> AttachType.TCX_EGRESS;
        },
        Feature.TCX);
  }

  @Override
  public String toString() {
    return "tcx " + direction.word() + " of " + device;
  }
}
