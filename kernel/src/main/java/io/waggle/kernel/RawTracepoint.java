package io.waggle.kernel;

import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;

/** A tracepoint by its name alone, with the arguments as the kernel passes them. */
public record RawTracepoint(String name) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    try {
      return Links.of(BpfLink.rawTracepoint(program.fd(), name));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      String reason =
          refused.errno() == Errno.ENOENT
              ? "this kernel has no raw tracepoint " + name
              : "cannot attach to raw tracepoint " + name + ": " + refused.getMessage();
      throw new AttachException(reason, refused);
    }
  }
}
