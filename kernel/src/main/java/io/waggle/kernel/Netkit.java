package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.BpfAttachment;

/**
 * The packets that a netkit interface sends (Linux 6.7), before they reach its peer.
 *
 * @param device the primary interface's name, or its number, in the calling thread's network
 *     namespace; programs of both ends are attached through it
 */
public record Netkit(String device, End end, Order order) implements AttachPoint {

  /** The end of the pair whose packets the program meets. */
  public enum End {
    PRIMARY,
    PEER
  }

  /** After the programs that are there. */
  public Netkit(String device, End end) {
    this(device, end, Order.LAST);
  }

  @Override
  public HookLink attach(LoadedProgram program) {
    return hook(device, end).attach(this, program, order);
  }

  /**
   * The programs attached, in order, and the revision for {@link Order#atRevision}.
   *
   * @throws AttachException when there is no such interface, or it is no netkit's primary
   */
  public static BpfAttachment.Attached attached(String device, End end) {
    return hook(device, end).attached();
  }

  private static OrderedHook hook(String device, End end) {
    return new OrderedHook(
        device,
        switch (end) {
          case PRIMARY -> AttachType.NETKIT_PRIMARY;
          case PEER -> AttachType.NETKIT_PEER;
        },
        Feature.NETKIT);
  }

  @Override
  public String toString() {
    return "netkit " + device + ", its " + (end == End.PEER ? "peer" : "primary end");
  }
}
