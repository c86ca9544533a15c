package io.waggle.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network interfaces of the calling thread's network namespace, asked of the kernel by netlink:
 * {@code /sys/class/net} shows those of whoever mounted sysfs.
 */
public final class NetworkDevices {
  static final int GETLINK = 18;
  static final int SETLINK = 19;

  private static final int NEWLINK = 16;
  private static final int MESSAGE_BYTES = 16; // struct ifinfomsg
  private static final int INDEX = 4;
  private static final int NAME = 3; // IFLA_IFNAME
  private static final int NAME_BYTES = 16; // IFNAMSIZ, with the NUL

  private NetworkDevices() {}

  /** All of them, in the kernel's order. */
  public static List<NetworkDevice> all() {
    try (RouteNetlink netlink = RouteNetlink.open()) {
      List<NetworkDevice> devices = new ArrayList<>();
      NetlinkRequest request =
          new NetlinkRequest(GETLINK, NetlinkRequest.DUMP, "RTM_GETLINK, all interfaces");
      for (NetlinkMessage message : netlink.ask(fixedPart(request, 0))) {
        if (message.type() == NEWLINK) {
          devices.add(device(message));
        }
      }
      return List.copyOf(devices);
    }
  }

  /** The interface of that name. */
  public static Optional<NetworkDevice> named(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes >= NAME_BYTES) {
      return Optional.empty(); // no interface can have it
    }
    NetlinkRequest request = new NetlinkRequest(GETLINK, 0, "RTM_GETLINK, " + name);
    return one(fixedPart(request, 0).attribute(NAME, name));
  }

  /** The interface with that number. */
  public static Optional<NetworkDevice> at(int index) {
    return index <= 0
        ? Optional.empty()
        : one(fixedPart(new NetlinkRequest(GETLINK, 0, "RTM_GETLINK, " + index), index));
  }

  private static Optional<NetworkDevice> one(NetlinkRequest request) {
    try (RouteNetlink netlink = RouteNetlink.open()) {
      List<NetlinkMessage> answers = netlink.ask(request);
      return answers.isEmpty() ? Optional.empty() : Optional.of(device(answers.getFirst()));
    } catch (SystemCallException refused) {
      if (refused.errno() == Errno.ENODEV) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private static NetworkDevice device(NetlinkMessage message) {
    return new NetworkDevice(
        message.u32(INDEX), message.attributes(MESSAGE_BYTES).text(NAME).orElse(""));
  }

  static NetlinkRequest fixedPart(NetlinkRequest request, int index) {
    return request.u8(0).u8(0).u16(0).u32(index).u32(0).u32(0);
  }

  /** What the kernel says of an interface. */
  static NetlinkAttributes describe(RouteNetlink netlink, int index) {
    NetlinkRequest request =
        fixedPart(new NetlinkRequest(GETLINK, 0, "RTM_GETLINK, interface " + index), index);
    return netlink.ask(request).getFirst().attributes(MESSAGE_BYTES);
  }
}
