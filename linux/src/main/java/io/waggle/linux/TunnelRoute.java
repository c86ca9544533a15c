package io.waggle.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Routes whose packets meet BPF programs (lightweight tunnels, Linux 4.10; segment routing 4.18),
 * by rtnetlink, in the calling thread's network namespace. The routing table holds route and
 * program until the route is deleted, whether or not this process lives.
 *
 * @param destination the network's address
 * @param prefix how many bits of it count
 * @param gateway the next hop, where there is one
 */
public record TunnelRoute(
    InetAddress destination, int prefix, NetworkDevice device, Optional<InetAddress> gateway) {
  private static final int NEWROUTE = 24;
  private static final int DELROUTE = 25;
  private static final int GETROUTE = 26;
  private static final int ROUTE_BYTES = 12; // struct rtmsg

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int TABLE_MAIN = 254;
  private static final int PROTOCOL_STATIC = 4;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_LINK = 253;
  private static final int UNICAST = 1;

  private static final int DESTINATION = 1; // RTA_DST
  private static final int DEVICE = 4; // RTA_OIF
  private static final int GATEWAY = 5;
  private static final int ENCAP_TYPE = 21;
  private static final int ENCAP = 22;

  // include/uapi/linux/lwtunnel.h
  private static final int BPF = 6; // LWTUNNEL_ENCAP_BPF
  private static final int SEG6_LOCAL = 7;
  private static final int PROGRAM_FD = 1;
  private static final int PROGRAM_NAME = 2;
  private static final int HEADROOM = 4; // LWT_BPF_XMIT_HEADROOM

  // include/uapi/linux/seg6_local.h
  private static final int ACTION = 1;
  private static final int ACTION_BPF = 15; // SEG6_LOCAL_ACTION_END_BPF
  private static final int ACTION_PROGRAM = 8;

  /** Where on a packet's way the program runs. */
  public enum Hook {
    /** For packets that come in and are delivered or forwarded by the route. */
    IN(1),
    /** For packets that the route sends out, before they leave the IP layer. */
    OUT(2),
    /** As OUT, right before the interface; the program may put a header in front. */
    XMIT(3),
    /** For packets of IPv6 segment routing whose present segment the route is. */
    SEG6_LOCAL(0);

    private final int attribute;

    Hook(int attribute) {
      this.attribute = attribute;
    }
  }

  /**
   * Makes the route.
   *
   * @param name the program's, for those who list routes
   * @param headroom bytes that a program at XMIT may put in front, at most 256
   * @throws SystemCallException EEXIST when there is such a route, EOPNOTSUPP when the kernel lacks
   *     this kind of tunnel, ENETUNREACH for a gateway out of reach
   */
  public void make(Hook hook, Fd program, String name, int headroom) {
    NetlinkRequest request =
        fixedPart(NEWROUTE, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, "RTM_NEWROUTE");
    if (hook == Hook.SEG6_LOCAL) {
      request.attribute16(ENCAP_TYPE, SEG6_LOCAL);
      int encap = request.begin(ENCAP);
      request.attribute(ACTION, ACTION_BPF);
      program(request, ACTION_PROGRAM, program, name);
      request.end(encap);
    } else {
      request.attribute16(ENCAP_TYPE, BPF);
      int encap = request.begin(ENCAP);
      program(request, hook.attribute, program, name);
      if (headroom != 0) {
        request.attribute(HEADROOM, headroom);
      }
      request.end(encap);
    }
    ask(request);
  }

  private static void program(NetlinkRequest request, int kind, Fd program, String name) {
    int start = request.begin(kind);
    request.attribute(PROGRAM_FD, program.number()).attribute(PROGRAM_NAME, name).end(start);
  }

  /**
   * Deletes the route.
   *
   * @throws SystemCallException ESRCH when there is none
   */
  public void delete() {
    ask(fixedPart(DELROUTE, 0, "RTM_DELROUTE"));
  }

  /** Whether the route is there, with a program of that name. */
  public boolean exists(Hook hook, String name) {
    String what = "RTM_GETROUTE";
    NetlinkRequest request = new NetlinkRequest(GETROUTE, NetlinkRequest.DUMP, what);
    request.u8(family()).u8(0).u8(0).u8(0).u32(0).u32(0);
    try (RouteNetlink netlink = RouteNetlink.open()) {
      for (NetlinkMessage message : netlink.ask(request)) {
        if (message.type() == NEWROUTE && isThis(message, hook, name)) {
          return true;
        }
      }
      return false;
    }
  }

  private boolean isThis(NetlinkMessage message, Hook hook, String name) {
    NetlinkAttributes route = message.attributes(ROUTE_BYTES);
    NetlinkAttributes encap = route.nested(ENCAP);
    NetlinkAttributes program =
        encap.nested(hook == Hook.SEG6_LOCAL ? ACTION_PROGRAM : hook.attribute);
    return message.u8(1) == prefix
        && route.number(DEVICE).orElse(0) == device.index()
        && route.bytes(DESTINATION).filter(its -> its.equals(address())).isPresent()
        && program.text(PROGRAM_NAME).orElse("").equals(name);
  }

  private ByteBuffer address() {
    return ByteBuffer.wrap(destination.getAddress());
  }

  private int family() {
    return destination.getAddress().length == 4 ? AF_INET : AF_INET6;
  }

  private NetlinkRequest fixedPart(int type, int flags, String word) {
    String what = word + ", " + destination.getHostAddress() + "/" + prefix;
    NetlinkRequest request =
        new NetlinkRequest(type, flags, what)
            .u8(family())
            .u8(prefix)
            .u8(0)
            .u8(0)
            .u8(TABLE_MAIN)
            .u8(PROTOCOL_STATIC)
            .u8(gateway.isPresent() || family() == AF_INET6 ? SCOPE_UNIVERSE : SCOPE_LINK)
            .u8(UNICAST)
            .u32(0)
            .attribute(DESTINATION, destination.getAddress())
            .attribute(DEVICE, device.index());
    gateway.ifPresent(next -> request.attribute(GATEWAY, next.getAddress()));
    return request;
  }

  private static void ask(NetlinkRequest request) {
    try (RouteNetlink netlink = RouteNetlink.open()) {
      netlink.ask(request);
    }
  }
}
