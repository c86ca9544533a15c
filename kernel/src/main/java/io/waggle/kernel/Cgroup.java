package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.SectionName;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.Mounts;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A hook of the processes in a control group and in all below it: their packets, sockets,
 * addresses, socket options, devices, sysctls or security decisions.
 *
 * <p>Attached by a link, which shares the hook with other programs, ends with the process and tells
 * when the group has gone. Kernels before 5.7 have none: there this is as {@link CgroupDirect} that
 * shares, and a process that is killed leaves the program behind.
 *
 * @param group whose processes
 * @param hook where; empty for what the program was loaded for. Programs of section {@code
 *     cgroup/skb} leave open which way packets go, {@link AttachType#CGROUP_INET_INGRESS} or {@link
 *     AttachType#CGROUP_INET_EGRESS}
 * @param order where among the group's programs; anything but the end needs Linux 6.17
 */
public record Cgroup(Group group, Optional<AttachType> hook, Order order) implements AttachPoint {

  /** A control group of version 2. */
  public sealed interface Group {
    /** Its folder, such as {@code /sys/fs/cgroup/user.slice}. */
    record Folder(Path path) implements Group {
      @Override
      public String toString() {
        return path.toString();
      }
    }

    /** An open descriptor of its folder, which remains the caller's. */
    record Open(Fd fd) implements Group {
      @Override
      public String toString() {
        return fd.toString();
      }
    }

    /**
     * Opens it; the caller closes the descriptor.
     *
     * @throws AttachException when there is no such group, with those that are near
     */
    default Fd open() {
      return switch (this) {
        case Open(Fd fd) -> fd.duplicate();
        case Folder(Path path) -> {
          if (!Files.isDirectory(path)) {
            throw new AttachException("there is no control group " + path + hint(path));
          }
          yield Fd.open(path);
        }
      };
    }
  }

  /** What the program was loaded for, after the programs that are there. */
  public Cgroup(Path folder) {
    this(new Group.Folder(folder), Optional.empty(), Order.LAST);
  }

  /** After the programs that are there. */
  public Cgroup(Path folder, AttachType hook) {
    this(new Group.Folder(folder), Optional.of(hook), Order.LAST);
  }

  @Override
  public Link attach(LoadedProgram program) {
    AttachType where = hook(this, hook, program);
    try (Fd open = group.open()) {
      return Attempt.at(
          this,
          () -> link(program, where, open),
          refused -> reason(group, where, order, program, refused));
    }
  }

  private Link link(LoadedProgram program, AttachType where, Fd open) {
    boolean isLast = order.equals(Order.LAST);
    if (!isLast && !program.features().has(Feature.CGROUP_ORDER)) {
      throw new AttachException(
          "cannot attach to " + this + ": this kernel lacks " + Feature.CGROUP_ORDER.requirement());
    }
    try {
      return new HookLink(
          BpfLink.createOrdered(
              program.fd(),
              open.number(),
              where.id(),
              isLast ? 0 : order.flags(),
              isLast ? 0 : order.relative(),
              order.revision()));
    } catch (SystemCallException refused) {
      boolean isOld =
          refused.errno() == Errno.EINVAL && !program.features().has(Feature.CGROUP_LINK);
      if (isOld && isLast) {
        return new CgroupDirect(group, hook, CgroupDirect.Sharing.MULTIPLE).attach(program);
      }
      throw refused;
    }
  }

  /**
   * The hook that is meant.
   *
   * @throws AttachException when nothing tells, or the program is not of its kind
   */
  static AttachType hook(AttachPoint place, Optional<AttachType> given, LoadedProgram program) {
    Optional<AttachType> own = program.expectedAttach();
    AttachType hook =
        given
            .or(() -> own)
            .orElseThrow(
                () ->
                    new AttachException(
                        "program "
                            + program.spec().name()
                            + " does not tell its hook; say which, such as CGROUP_INET_INGRESS"));
    if (!hook.name().startsWith("CGROUP_") && hook != AttachType.LSM_CGROUP) {
      throw new AttachException(
          "cannot attach program "
              + program.spec().name()
              + " to a control group: "
              + hook
              + " is no hook of control groups");
    }
    SectionName.programType(hook).ifPresent(type -> ProgramKind.require(place, program, type));
    if (own.isPresent() && own.get() != hook) {
      throw new AttachException(
          "cannot attach to "
              + place
              + ": program "
              + program.spec().name()
              + " was loaded for "
              + own.get());
    }
    return hook;
  }

  static String reason(
      Group group,
      AttachType hook,
      Order order,
      LoadedProgram program,
      SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EBADF, Errno.ENOTDIR ->
          "it is no control group of version 2"
              + Mounts.cgroup2().map(its -> "; those lie below " + its).orElse("");
      case Errno.EPERM ->
          "this group, one above or one below has a program there that does not share the hook"
              + " (attached without ALLOW_MULTI)";
      case Errno.ENODEV -> "the group has just been removed";
      case Errno.E2BIG -> "it has as many programs as the kernel runs";
      case Errno.EEXIST -> "program " + program.spec().name() + " is attached there already";
      case Errno.ESTALE -> "its programs have changed, it is not at revision " + order.revision();
      case Errno.ENOENT ->
          order.beside().isPresent()
              ? order.beside().get() + " is not attached there"
              : refused.getMessage();
      case Errno.EINVAL -> invalid(hook, order, program, refused);
      default -> refused.getMessage();
    };
  }

  private static String invalid(
      AttachType hook, Order order, LoadedProgram program, SystemCallException refused) {
    if (order.equals(Order.LAST)) {
      return Attempt.invalid(hook, program, refused);
    }
    if (!program.features().has(Feature.CGROUP_ORDER)) {
      return "this kernel lacks " + Feature.CGROUP_ORDER.requirement();
    }
    return "of control groups a link stands beside a link, a program without one beside its like; "
        + order.beside().map(Object::toString).orElse("the order")
        + " does not fit ("
        + refused.getMessage()
        + ")";
  }

  /** The groups beside that have a name like it. */
  private static String hint(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    List<String> names = new ArrayList<>();
    if (parent != null && Files.isDirectory(parent)) {
      try (DirectoryStream<Path> beside =
          Files.newDirectoryStream(parent, its -> Files.isDirectory(its))) {
        beside.forEach(its -> names.add(its.getFileName().toString()));
      } catch (IOException unreadable) {
        return "";
      }
    }
    Path last = path.getFileName();
    String hint = last == null ? "" : Nearest.hint(last.toString(), names);
    return hint.isEmpty()
        ? Mounts.cgroup2().map(its -> "; control groups lie below " + its).orElse("")
        : ", " + hint;
  }

  @Override
  public String toString() {
    return "control group " + group + hook.map(its -> ", " + its).orElse("");
  }
}
