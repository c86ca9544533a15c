package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.util.Optional;

/**
 * A hook of a control group as {@link Cgroup}, without a link: works with kernels since 4.10 and
 * can say how the hook is shared.
 *
 * <p>The group holds the program. A process that is killed leaves it behind; {@code bpftool cgroup
 * detach} removes it, or the end of the group.
 *
 * @param group whose processes
 * @param hook where; empty for what the program was loaded for
 * @param replaced a program there whose place this one takes (Linux 5.6), with {@link
 *     Sharing#MULTIPLE}; without it, a program that does not share is superseded
 * @param order where among the group's programs; anything but the end needs Linux 6.17 and {@link
 *     Sharing#MULTIPLE}
 */
public record CgroupDirect(
    Cgroup.Group group,
    Optional<AttachType> hook,
    Sharing sharing,
    Optional<LoadedProgram> replaced,
    Order order)
    implements AttachPoint {

  /** Who else may attach; a group and those above and below it must agree. */
  public enum Sharing {
    /** Nobody in this group, nobody below it. */
    NONE(0),
    /** Nobody in this group; a group below it may, and its program then runs instead. */
    OVERRIDABLE(BpfAttachment.ALLOW_OVERRIDE),
    /** Everybody; the programs of a group and of those above it all run. */
    MULTIPLE(BpfAttachment.ALLOW_MULTI);

    private final int flag;

    Sharing(int flag) {
      this.flag = flag;
    }
  }

  public CgroupDirect {
    if (replaced.isPresent() && sharing != Sharing.MULTIPLE) {
      throw new IllegalArgumentException("only where programs share a hook one is replaced");
    }
  }

  /** In the place of no program, after those that are there. */
  public CgroupDirect(Cgroup.Group group, Optional<AttachType> hook, Sharing sharing) {
    this(group, hook, sharing, Optional.empty(), Order.LAST);
  }

  @Override
  public Link attach(LoadedProgram program) {
    AttachType where = Cgroup.hook(this, hook, program);
    Fd open = group.open();
    try {
      return Attempt.at(
          this,
          () -> attach(program, where, open),
          refused -> reason(program, where, open, refused));
    } catch (RuntimeException failure) {
      open.close();
      throw failure;
    }
  }

  private Link attach(LoadedProgram program, AttachType where, Fd open) {
    boolean isLast = order.equals(Order.LAST);
    int flags =
        sharing.flag
            | (replaced.isPresent() ? BpfAttachment.REPLACE : 0)
            | (isLast ? 0 : order.flags());
    BpfAttachment.attach(
        program.fd(),
        open.number(),
        where.id(),
        flags,
        replaced.map(its -> its.fd().number()).orElse(0),
        isLast ? 0 : order.relative(),
        order.revision());
    return new DirectLink(open, program, where);
  }

  private String reason(
      LoadedProgram program, AttachType where, Fd open, SystemCallException refused) {
    boolean isThere =
        refused.errno() == Errno.EINVAL
            && BpfAttachment.query(open.number(), where.id(), false)
                .programs()
                .contains(program.describe().id());
    return isThere
        ? "program " + program.spec().name() + " is attached there already"
        : Cgroup.reason(group, where, order, program, refused);
  }

  /**
   * The programs of a group at a hook, in the order in which they run.
   *
   * @param effective also those of the groups above, which run for its processes too
   * @throws AttachException when there is no such group
   */
  public static BpfAttachment.Attached attached(
      Cgroup.Group group, AttachType hook, boolean effective) {
    try (Fd open = group.open()) {
      return BpfAttachment.query(open.number(), hook.id(), effective);
    }
  }

  @Override
  public String toString() {
    return "control group " + group + hook.map(its -> ", " + its).orElse("");
  }
}
