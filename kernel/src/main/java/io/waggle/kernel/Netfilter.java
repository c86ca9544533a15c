package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;

/**
 * The packets at a hook of netfilter in the calling thread's network namespace, by a link (Linux
 * 6.4).
 *
 * @param priority among the functions at the hook, the least first; the kernel keeps the least and
 *     the greatest number for itself
 * @param defragmented whether packets are put together from their fragments before (Linux 6.6);
 *     needs a priority above -400
 */
public record Netfilter(Family family, Hook hook, int priority, boolean defragmented)
    implements AttachPoint {

  /** Which packets, by the numbers of include/uapi/linux/netfilter.h. */
  public enum Family {
    IPV4(2),
    IPV6(10);

    private final int number;

    Family(int number) {
      this.number = number;
    }
  }

  /** Where on their way, in the order of the kernel's numbers. */
  public enum Hook {
    PRE_ROUTING,
    LOCAL_IN,
    FORWARD,
    LOCAL_OUT,
    POST_ROUTING
  }

  @Override
  public HookLink attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.NETFILTER);
    try {
      return new HookLink(
          BpfLink.netfilter(
              program.fd(), family.number, hook.ordinal(), priority, defragmented ? 1 : 0));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      String reason =
          switch (refused.errno()) {
            case Errno.EBUSY ->
                "another BPF program has priority " + priority + " there; choose another";
            case Errno.ERANGE -> "the kernel does not give away priority " + priority;
            case Errno.EOPNOTSUPP, Errno.EINVAL ->
                defragmented && priority <= -400
                    ? "putting fragments together needs a priority above -400"
                    : "this kernel does not take it: " + refused.getMessage();
            case Errno.ENOENT, Errno.EAFNOSUPPORT ->
                "this kernel lacks netfilter for " + family + ": " + refused.getMessage();
            default -> refused.getMessage();
          };
      throw new AttachException("cannot attach to " + this + ": " + reason, refused);
    }
  }

  @Override
  public String toString() {
    return "netfilter " + family + " " + hook + ", priority " + priority;
  }
}
