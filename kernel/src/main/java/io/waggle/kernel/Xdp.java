package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import io.waggle.linux.XdpDevice;

/**
 * The packets that an interface receives, before the kernel's network stack sees them.
 *
 * <p>Attached by a link, which ends with the process and tells when the interface has gone. Kernels
 * before 5.9 have none: there this is as {@link XdpNetlink} that refuses an interface with a
 * program, and a process that is killed leaves the program behind.
 *
 * @param device the interface's name, or its number, in the calling thread's network namespace
 */
public record Xdp(String device, Mode mode) implements AttachPoint {

  /** Where the program runs. */
  public enum Mode {
    /** In the driver if it can, else on the kernel's packet buffers. */
    ANY(0),
    /** On the kernel's packet buffers, with any driver; also called generic mode. */
    SKB(XdpDevice.SKB_MODE),
    /** In the driver; also called native mode. */
    DRV(XdpDevice.DRV_MODE),
    /** On the network card. */
    HW(XdpDevice.HW_MODE);

    private final int flag;

    Mode(int flag) {
      this.flag = flag;
    }

    /** XDP_FLAGS_* of include/uapi/linux/if_link.h. */
    int flag() {
      return flag;
    }
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.XDP);
    NetworkDevice found = Devices.find(device);
    try {
      Fd fd = BpfLink.create(program.fd(), found.index(), AttachType.XDP.id(), mode.flag);
      return new HookLink(fd);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      if (refused.errno() == Errno.EINVAL) {
        // A kernel without XDP links, or a reason that only netlink tells in words.
        return new XdpNetlink(device, mode).attach(program);
      }
      throw refusal(found, mode, refused);
    }
  }

  /**
   * The programs attached to an interface, by whatever way.
   *
   * @param device as the record's
   * @throws AttachException when there is no such interface
   */
  public static XdpDevice.Programs attached(String device) {
    try (XdpDevice xdp = new XdpDevice(Devices.find(device))) {
      return xdp.query();
    }
  }

  static AttachException refusal(NetworkDevice device, Mode mode, SystemCallException refused) {
    String reason =
        switch (refused.errno()) {
          case Errno.EOPNOTSUPP ->
              mode == Mode.HW
                  ? "it cannot run XDP programs on the card; modes DRV and SKB may do"
                  : "its driver cannot run XDP programs in mode "
                      + mode
                      + "; mode SKB works with any driver";
          case Errno.EBUSY, Errno.EEXIST -> "it has an XDP program already" + present(device);
          default -> refused.getMessage();
        };
    return new AttachException("cannot attach XDP to " + device.name() + ": " + reason, refused);
  }

  private static String present(NetworkDevice device) {
    try (XdpDevice xdp = new XdpDevice(device)) {
      XdpDevice.Programs programs = xdp.query();
      StringBuilder text = new StringBuilder();
      add(text, Mode.SKB, programs.skb());
      add(text, Mode.DRV, programs.drv());
      add(text, Mode.HW, programs.hw());
      return text.toString();
    } catch (SystemCallException gone) {
      return ""; // only an addition to another error
    }
  }

  private static void add(StringBuilder text, Mode mode, int program) {
    if (program != 0) {
      text.append(text.isEmpty() ? ": " : ", ")
          .append("program ")
          .append(program)
          .append(" in mode ")
          .append(mode);
    }
  }

  @Override
  public String toString() {
    return "XDP of " + device + (mode == Mode.ANY ? "" : ", mode " + mode);
  }
}
