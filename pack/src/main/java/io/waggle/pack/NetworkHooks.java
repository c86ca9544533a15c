package io.waggle.pack;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.Netkit;
import io.waggle.kernel.PacketFilter;
import io.waggle.kernel.Tc;
import io.waggle.kernel.Xdp;
import io.waggle.pack.Meta.Network;
import java.util.Optional;
import java.util.OptionalInt;

/** Where programs of a network interface attach: what the user says goes before the package. */
final class NetworkHooks {
  // XDP_FLAGS_* of include/uapi/linux/if_link.h.
  /** Refuse where there is a program already, which links do anyway. */
  private static final int UPDATE_IF_NOEXIST = 1;

  private static final int SKB_MODE = 1 << 1;
  private static final int DRV_MODE = 1 << 2;
  private static final int HW_MODE = 1 << 3;
  private static final int KNOWN = UPDATE_IF_NOEXIST | SKB_MODE | DRV_MODE | HW_MODE;

  private final Meta.Skeleton skeleton;
  private final Optional<String> chosen;

  /** {@code chosen} is the user's interface, by name or number. */
  NetworkHooks(Meta.Skeleton skeleton, Optional<String> chosen) {
    this.skeleton = skeleton;
    this.chosen = chosen;
  }

  /**
   * Where a program attaches; empty if it is none of an interface's.
   *
   * @throws PackageException if nothing names the interface, or the package asks for what is
   *     unknown
   */
  Optional<AttachPoint> find(ProgramSpec program) {
    Optional<AttachType> hook = program.expectedAttach();
    // Programs of cpumap and devmap are of that type, too; maps hold them.
    if (program.type() == ProgramType.XDP && hook.equals(Optional.of(AttachType.XDP))) {
      return Optional.of(xdp(program));
    }
    if (program.type() == ProgramType.SOCKET_FILTER) {
      return Optional.of(new PacketFilter(device(program, Optional.empty())));
    }
    return program.type() == ProgramType.SCHED_CLS
        ? Optional.of(traffic(program))
        : Optional.empty();
  }

  private Optional<Network> said(ProgramSpec program) {
    return skeleton.programs().stream()
        .filter(own -> own.name().equals(program.name()))
        .findFirst()
        .flatMap(Meta.ProgramMeta::network);
  }

  private String device(ProgramSpec program, Optional<Integer> said) {
    return chosen
        .or(() -> said.map(index -> Integer.toString(index)))
        .orElseThrow(
            () ->
                refusal(
                    program,
                    "nothing says which interface it is for; choose one: --interface NAME"));
  }

  private static PackageException refusal(ProgramSpec program, String reason) {
    return new PackageException("program '" + program.name() + "': " + reason);
  }

  private AttachPoint xdp(ProgramSpec program) {
    Optional<Network.Xdp> said =
        said(program).filter(Network.Xdp.class::isInstance).map(Network.Xdp.class::cast);
    int flags = said.map(Network.Xdp::flags).orElse(0);
    if ((flags & ~KNOWN) != 0) {
      throw refusal(program, "its flags, " + flags + ", hold XDP_FLAGS_* that are not supported");
    }
    return new Xdp(device(program, said.map(Network.Xdp::interfaceIndex)), mode(flags));
  }

  private static Xdp.Mode mode(int flags) {
    if ((flags & SKB_MODE) != 0) {
      return Xdp.Mode.SKB;
    }
    if ((flags & DRV_MODE) != 0) {
      return Xdp.Mode.DRV;
    }
    return (flags & HW_MODE) != 0 ? Xdp.Mode.HW : Xdp.Mode.ANY;
  }

  private AttachPoint traffic(ProgramSpec program) {
    Optional<Network.TrafficControl> said =
        said(program)
            .filter(Network.TrafficControl.class::isInstance)
            .map(Network.TrafficControl.class::cast);
    String device = device(program, said.map(Network.TrafficControl::interfaceIndex));
    if (program.expectedAttach().equals(Optional.of(AttachType.NETKIT_PRIMARY))) {
      return new Netkit(device, Netkit.End.PRIMARY);
    }
    if (program.expectedAttach().equals(Optional.of(AttachType.NETKIT_PEER))) {
      return new Netkit(device, Netkit.End.PEER);
    }
    return new Tc(
        device,
        direction(program, said),
        said.map(Network.TrafficControl::handle).orElse(OptionalInt.empty()),
        said.map(Network.TrafficControl::priority).orElse(OptionalInt.empty()));
  }

  /** The section goes before the package, which has a default. */
  private static Tc.Direction direction(
      ProgramSpec program, Optional<Network.TrafficControl> said) {
    if (program.expectedAttach().isPresent()) {
      return program.expectedAttach().get() == AttachType.TCX_EGRESS
          ? Tc.Direction.EGRESS
          : Tc.Direction.INGRESS;
    }
    String point =
        said.map(Network.TrafficControl::point).orElse(Network.TrafficControl.USUAL.point());
    return switch (point) {
      case "BPF_TC_INGRESS" -> Tc.Direction.INGRESS;
      case "BPF_TC_EGRESS" -> Tc.Direction.EGRESS;
      default ->
          throw refusal(
              program,
              "its attach_point, " + point + ", is neither BPF_TC_INGRESS nor BPF_TC_EGRESS");
    };
  }
}
