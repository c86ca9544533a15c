package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;

/**
 * The function, tracepoint or hook that a program was loaded for: fentry, fexit, fmod_ret, tp_btf,
 * LSM and freplace programs know it from their loading on, so nothing is left to choose.
 *
 * @param cookie what {@code bpf_get_attach_cookie} gives there (Linux 6.0), 0 for none
 */
public record Tracing(long cookie) implements AttachPoint {
  /** Without a cookie. */
  public Tracing() {
    this(0);
  }

  @Override
  public Link attach(LoadedProgram program) {
    int type = program.expectedAttach().map(AttachType::id).orElse(0);
    try {
      return Links.of(
          cookie == 0
              ? BpfLink.rawTracepoint(program.fd(), "")
              : BpfLink.tracing(program.fd(), type, cookie));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException(
          "cannot attach program '"
              + program.spec().name()
              + "' ("
              + program.spec().section()
              + "): "
              + reason(refused),
          refused);
    }
  }

  private static String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EBUSY ->
          "something else that changes the function's code is attached there already";
      case Errno.ENOTSUPP, Errno.EOPNOTSUPP ->
          "this kernel cannot attach to functions that way (it lacks ftrace with direct calls,"
              + " CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS, or BPF LSM); a kprobe or tracepoint may"
              + " do";
      default -> refused.getMessage();
    };
  }
}
