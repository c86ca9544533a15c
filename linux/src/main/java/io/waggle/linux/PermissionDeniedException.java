package io.waggle.linux;

import java.util.ArrayList;
import java.util.List;

/** A call that was refused for lack of permission (EPERM or EACCES). */
public final class PermissionDeniedException extends SystemCallException {
  private final List<Capability> missing;

  PermissionDeniedException(String call, String arguments, int errno, Capability... needed) {
    this(call, arguments, errno, lacking(needed), needed.length);
  }

  private PermissionDeniedException(
      String call, String arguments, int errno, List<Capability> missing, int needed) {
    super(call, arguments, errno, reason(missing, needed));
    this.missing = missing;
  }

  /** The capabilities the call needs and this process lacks; empty where the reason is another. */
  public List<Capability> missing() {
    return missing;
  }

  private static List<Capability> lacking(Capability[] needed) {
    List<Capability> missing = new ArrayList<>();
    long held = Capability.effective();
    // CAP_SYS_ADMIN stood for both CAP_BPF and CAP_PERFMON before Linux 5.8, and still does.
    if (Capability.SYS_ADMIN.in(held)) {
      return List.of();
    }
    for (Capability capability : needed) {
      if (!capability.in(held)) {
        missing.add(capability);
      }
    }
    return List.copyOf(missing);
  }

  private static String reason(List<Capability> missing, int needed) {
    if (missing.isEmpty()) {
      return needed == 0
          ? ""
          : "; the capabilities for it are held, so lockdown, seccomp or a security module may be"
              + " the reason";
    }
    StringBuilder text = new StringBuilder("; this process lacks ");
    for (int i = 0; i < missing.size(); i++) {
      text.append(i == 0 ? "" : " and ").append(missing.get(i));
    }
    return text.append(", run as root or grant it").toString();
  }
}
