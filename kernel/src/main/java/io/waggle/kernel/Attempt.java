package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.KernelVersion;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Attaching, with the kernel's refusal put in words. */
final class Attempt {
  private Attempt() {}

  /**
   * Attaches.
   *
   * @param reason what a refusal means there
   * @throws AttachException when the kernel refuses
   * @throws PermissionDeniedException when a capability is missing
   */
  static <L extends Link> L at(
      AttachPoint place, Supplier<L> attach, Function<SystemCallException, String> reason) {
    try {
      return attach.get();
    } catch (SystemCallException refused) {
      if (refused instanceof PermissionDeniedException denied && !denied.missing().isEmpty()) {
        throw denied;
      }
      throw new AttachException(
          "cannot attach to " + place + ": " + reason.apply(refused), refused);
    }
  }

  /** What EINVAL means where the kernel may be too old for a hook. */
  static String invalid(AttachType hook, LoadedProgram program, SystemCallException refused) {
    String[] since = hook.since().split("\\.");
    KernelVersion first =
        new KernelVersion(Integer.parseInt(since[0]), Integer.parseInt(since[1]), 0);
    return KernelVersion.running().compareTo(first) < 0
        ? "this kernel lacks the hook " + hook + " (Linux " + first + " or newer)"
        : "program "
            + program.spec().name()
            + " does not fit there, or this kernel was built without the hook ("
            + refused.getMessage()
            + ")";
  }
}
