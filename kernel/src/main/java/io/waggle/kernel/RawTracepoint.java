package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;

/** A tracepoint by its name alone, with the arguments as the kernel passes them. */
public record RawTracepoint(String name) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(
        this, program, ProgramType.RAW_TRACEPOINT, ProgramType.RAW_TRACEPOINT_WRITABLE);
    try {
      return Links.of(BpfLink.rawTracepoint(program.fd(), name));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      String reason =
          refused.errno() == Errno.ENOENT
              ? "this kernel has no raw tracepoint " + name + TracepointNames.hint(name)
              : refused.errno() == Errno.EINVAL
                      && program.spec().type() == ProgramType.RAW_TRACEPOINT_WRITABLE
                  ? "raw tracepoint "
                      + name
                      + " is not writable, or not so far as the program writes"
                  : "cannot attach to raw tracepoint " + name + ": " + refused.getMessage();
      throw new AttachException(reason, refused);
    }
  }

  @Override
  public String toString() {
    return "raw tracepoint " + name;
  }
}
