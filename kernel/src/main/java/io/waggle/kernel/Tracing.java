package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    ProgramKind.require(this, program, ProgramType.TRACING, ProgramType.LSM, ProgramType.EXT);
    if (program.spec().type() == ProgramType.LSM) {
      checkActive(program);
    }
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

  /** The kernel attaches also where it will never call. */
  private static void checkActive(LoadedProgram program) {
    Path list = Path.of("/sys/kernel/security/lsm");
    try {
      String active = Files.readString(list).strip();
      if (!List.of(active.split(",")).contains("bpf")) {
        throw new AttachException(
            "cannot attach program '"
                + program.spec().name()
                + "': bpf is not among the active security modules ("
                + active
                + "); add it to the kernel's parameter lsm=");
      }
    } catch (IOException unreadable) {
      return; // securityfs need not be mounted
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

  @Override
  public String toString() {
    return "the place that the program was loaded for";
  }
}
