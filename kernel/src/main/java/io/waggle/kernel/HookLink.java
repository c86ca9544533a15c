package io.waggle.kernel;

import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.LinkDescription;
import io.waggle.linux.SystemCallException;

/** A program attached to an interface, cgroup, network namespace or map by a link of bpf(2). */
public final class HookLink implements Link {
  private final Fd fd;

  HookLink(Fd fd) {
    this.fd = fd;
  }

  /** The open descriptor; remains this object's. */
  public Fd fd() {
    return fd;
  }

  /** What the kernel says about it. */
  public LinkDescription describe() {
    return BpfLink.describe(fd);
  }

  /**
   * Puts another program in the place of the present one; each packet or event meets one of them.
   *
   * @throws AttachException when the place has gone, or the program does not fit it
   */
  public void update(LoadedProgram program) {
    try {
      BpfLink.update(fd, program.fd());
    } catch (SystemCallException refused) {
      String reason =
          switch (refused.errno()) {
            case Errno.ENOLINK -> "what the link was attached to has gone";
            case Errno.EINVAL -> "program " + program.spec().name() + " is not of the link's kind";
            default -> refused.getMessage();
          };
      throw new AttachException("cannot change the program of the link: " + reason, refused);
    }
  }

  @Override
  public boolean isAttached() {
    return fd.isOpen() && BpfLink.target(fd) != 0;
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    if (!fd.isOpen()) {
      return "closed link";
    }
    return "link " + describe().id() + (isAttached() ? "" : " (defunct: its place has gone)");
  }
}
