package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.NetworkNamespace;
import io.waggle.linux.SystemCallException;
import io.waggle.linux.TunnelRoute;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The packets of a route: attaching makes the route, closing the link deletes it (lightweight
 * tunnels; {@code lwt_in}, {@code lwt_out}, {@code lwt_xmit} and {@code lwt_seg6local}).
 *
 * <p>The routing table holds route and program. A process that is killed leaves both behind; {@code
 * ip route del} removes them.
 *
 * @param destination the network's address
 * @param prefix how many bits of it count
 * @param device the interface's name, or its number, in the calling thread's network namespace
 * @param gateway the next hop, where there is one
 * @param headroom bytes that an {@code lwt_xmit} program may put in front of packets, 0 to 256
 */
public record Lwt(
    InetAddress destination, int prefix, String device, Optional<InetAddress> gateway, int headroom)
    implements AttachPoint {

  public Lwt {
    int bits = destination.getAddress().length * 8;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("a prefix is 0 to " + bits + " bits, not " + prefix);
    }
    if (headroom < 0 || headroom > 256) {
      throw new IllegalArgumentException("headroom is 0 to 256 bytes, not " + headroom);
    }
  }

  /** Without a gateway, and without room for a header. */
  public Lwt(InetAddress destination, int prefix, String device) {
    this(destination, prefix, device, Optional.empty(), 0);
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(
        this,
        program,
        ProgramType.LWT_XMIT,
        ProgramType.LWT_OUT,
        ProgramType.LWT_IN,
        ProgramType.LWT_SEG6LOCAL);
    TunnelRoute.Hook hook =
        switch (program.spec().type()) {
          case LWT_IN -> TunnelRoute.Hook.IN;
          case LWT_OUT -> TunnelRoute.Hook.OUT;
          case LWT_XMIT -> TunnelRoute.Hook.XMIT;
          default -> TunnelRoute.Hook.SEG6_LOCAL;
        };
    NetworkDevice found = Devices.find(device);
    TunnelRoute route = new TunnelRoute(destination, prefix, found, gateway);
    String name = program.spec().name();
    return Attempt.at(
        this,
        () -> {
          route.make(hook, program.fd(), name, headroom);
          return new Attached(route, hook, name, NetworkNamespace.current());
        },
        refused -> reason(hook, refused));
  }

  private String reason(TunnelRoute.Hook hook, SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EEXIST -> "there is such a route already; delete it, or take another";
      case Errno.EOPNOTSUPP ->
          "this kernel lacks "
              + (hook == TunnelRoute.Hook.SEG6_LOCAL
                  ? "programs for segment routing (CONFIG_IPV6_SEG6_BPF)"
                  : "programs for routes (CONFIG_LWTUNNEL_BPF)");
      case Errno.ENETUNREACH ->
          "no interface reaches " + gateway.map(Object::toString).orElse("it");
      default -> refused.getMessage();
    };
  }

  private record Attached(
      TunnelRoute route, TunnelRoute.Hook hook, String name, NetworkNamespace namespace)
      implements Link {
    @Override
    public boolean isAttached() {
      return namespace.fd().isOpen() && namespace.inside(() -> route.exists(hook, name));
    }

    @Override
    public void close() {
      if (!namespace.fd().isOpen()) {
        return;
      }
      try {
        namespace.inside(
            () -> {
              if (route.exists(hook, name)) {
                route.delete();
              }
              return true;
            });
      } catch (SystemCallException refused) {
        if (refused.errno() != Errno.ESRCH && refused.errno() != Errno.ENODEV) { // just gone
          throw refused;
        }
      } finally {
        namespace.close();
      }
    }
  }

  @Override
  public String toString() {
    return "route " + destination.getHostAddress() + "/" + prefix + " by " + device;
  }
}
