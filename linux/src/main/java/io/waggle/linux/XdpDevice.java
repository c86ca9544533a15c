package io.waggle.linux;

/**
 * XDP of an interface by netlink, which kernels have had since 4.8, before links. What is attached
 * so stays until it is detached or the interface goes, whether or not this process lives. Belongs
 * to the network namespace of the thread that opened it and keeps it alive.
 */
public final class XdpDevice implements AutoCloseable {
  /** Refuse if the interface has a program already. */
  public static final int ONLY_IF_NONE = 1; // XDP_FLAGS_UPDATE_IF_NOEXIST

  public static final int SKB_MODE = 2;
  public static final int DRV_MODE = 4;
  public static final int HW_MODE = 8;
  private static final int REPLACE = 16; // XDP_FLAGS_REPLACE

  // include/uapi/linux/if_link.h
  private static final int IFLA_XDP = 43;
  private static final int XDP_FD = 1;
  private static final int XDP_FLAGS = 3;
  private static final int XDP_PROG_ID = 4;
  private static final int XDP_DRV_PROG_ID = 5;
  private static final int XDP_SKB_PROG_ID = 6;
  private static final int XDP_HW_PROG_ID = 7;
  private static final int XDP_EXPECTED_FD = 8;

  private final RouteNetlink netlink = RouteNetlink.open();
  private final NetworkDevice device;

  public XdpDevice(NetworkDevice device) {
    this.device = device;
  }

  /**
   * Attaches a program, in the place of what is there unless a flag forbids it.
   *
   * @param flags sum of {@link #ONLY_IF_NONE} and at most one mode
   * @throws SystemCallException EBUSY when it has a program and must not; EOPNOTSUPP when the
   *     driver cannot
   */
  public void attach(Fd program, int flags) {
    set("attach " + program, program.number(), flags, -1);
  }

  /**
   * Attaches a program if {@code expected} is attached now (Linux 5.7).
   *
   * @param flags at most one mode
   */
  public void replace(Fd expected, Fd program, int flags) {
    set("replace " + expected, program.number(), flags | REPLACE, expected.number());
  }

  /**
   * Detaches that program if it is attached still. Kernels before 5.7 detach any program.
   *
   * @param flags the mode it was attached with
   */
  public void detach(Fd program, int flags) {
    int mode = flags & (SKB_MODE | DRV_MODE | HW_MODE);
    try {
      set("detach", -1, mode | REPLACE, program.number());
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.EINVAL) {
        throw refused;
      }
      set("detach", -1, mode, -1); // the kernel does not know the flag
    }
  }

  private void set(String what, int program, int flags, int expected) {
    NetlinkRequest request =
        NetworkDevices.fixedPart(
            new NetlinkRequest(
                NetworkDevices.SETLINK, 0, "RTM_SETLINK, XDP of " + device.name() + ", " + what),
            device.index());
    int xdp = request.begin(IFLA_XDP);
    request.attribute(XDP_FD, program).attribute(XDP_FLAGS, flags);
    if ((flags & REPLACE) != 0) {
      request.attribute(XDP_EXPECTED_FD, expected);
    }
    netlink.ask(request.end(xdp));
  }

  /**
   * The numbers of the programs attached for each mode, by whatever way; 0 for none.
   *
   * @param skb runs on the kernel's packet buffers, after the driver
   * @param drv runs in the driver
   * @param hw runs on the card
   */
  public record Programs(int skb, int drv, int hw) {}

  /**
   * What is attached.
   *
   * @throws SystemCallException ENODEV when the interface has gone
   */
  public Programs query() {
    NetlinkAttributes xdp = NetworkDevices.describe(netlink, device.index()).nested(IFLA_XDP);
    int only = xdp.number(XDP_PROG_ID).orElse(0); // before 4.18 the kernel told but one
    Programs programs =
        new Programs(
            xdp.number(XDP_SKB_PROG_ID).orElse(0),
            xdp.number(XDP_DRV_PROG_ID).orElse(0),
            xdp.number(XDP_HW_PROG_ID).orElse(0));
    return programs.equals(new Programs(0, 0, 0)) ? new Programs(0, only, 0) : programs;
  }

  @Override
  public void close() {
    netlink.close();
  }
}
