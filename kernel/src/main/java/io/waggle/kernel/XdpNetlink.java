package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import io.waggle.linux.XdpDevice;

/**
 * The packets that an interface receives, as {@link Xdp}, by netlink in place of a link: works with
 * kernels since 4.8 and can take the place of another program.
 *
 * <p>The interface holds the program. A process that is killed leaves it behind, and so does one
 * that does not close the link; {@code ip link set DEVICE xdp off} removes it.
 *
 * @param device the interface's name, or its number, in the calling thread's network namespace
 * @param existing what to do if the interface has a program in that mode
 */
public record XdpNetlink(String device, Xdp.Mode mode, Existing existing) implements AttachPoint {

  /** What to do with a program that the interface has already. */
  public sealed interface Existing {
    /** Leave it and fail. */
    record Refuse() implements Existing {}

    /** Take the place of any. */
    record Supersede() implements Existing {}

    /** Take the place of that one, and fail if there is another or none (Linux 5.7). */
    record Replace(LoadedProgram program) implements Existing {}
  }

  /** Refuses an interface that has a program. */
  public XdpNetlink(String device, Xdp.Mode mode) {
    this(device, mode, new Existing.Refuse());
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.XDP);
    NetworkDevice found = Devices.find(device);
    XdpDevice xdp = new XdpDevice(found);
    try {
      switch (existing) {
        case Existing.Refuse() -> xdp.attach(program.fd(), mode.flag() | XdpDevice.ONLY_IF_NONE);
        case Existing.Supersede() -> xdp.attach(program.fd(), mode.flag());
        case Existing.Replace(LoadedProgram old) ->
            xdp.replace(old.fd(), program.fd(), mode.flag());
      }
      return new Attached(xdp, mode(xdp, program), program);
    } catch (PermissionDeniedException denied) {
      xdp.close();
      throw denied;
    } catch (SystemCallException refused) {
      xdp.close();
      throw Xdp.refusal(found, mode, refused);
    }
  }

  /** Detaching names the mode, so find the one that the kernel has chosen. */
  private int mode(XdpDevice xdp, LoadedProgram program) {
    return mode == Xdp.Mode.ANY && xdp.query().drv() == program.describe().id()
        ? Xdp.Mode.DRV.flag()
        : mode == Xdp.Mode.ANY ? Xdp.Mode.SKB.flag() : mode.flag();
  }

  private static final class Attached implements Link {
    private final XdpDevice device;
    private final int mode;
    private final Fd program;
    private final int id;
    private boolean closed;

    Attached(XdpDevice device, int mode, LoadedProgram program) {
      this.device = device;
      this.mode = mode;
      this.program = program.fd();
      this.id = program.describe().id();
    }

    @Override
    public boolean isAttached() {
      if (closed) {
        return false;
      }
      try {
        XdpDevice.Programs now = device.query();
        return now.skb() == id || now.drv() == id || now.hw() == id;
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
          device.detach(program, mode);
        }
      } catch (SystemCallException refused) {
        if (refused.errno() != Errno.ENODEV) { // it may go at any time
          throw refused;
        }
      } finally {
        closed = true;
        device.close();
      }
    }
  }

  @Override
  public String toString() {
    return "XDP of " + device + " by netlink, mode " + mode;
  }
}
