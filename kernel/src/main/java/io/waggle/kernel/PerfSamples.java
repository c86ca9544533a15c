package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.util.OptionalInt;

/**
 * Samples of a clock or a counter.
 *
 * @param name for messages, such as {@code profile:hz:99}
 * @param event the event and how often it samples
 * @param everyCpu on each CPU that is online, or on the first alone; of no matter for a process
 * @param pid the only process to sample, with all its threads; all when empty
 */
public record PerfSamples(String name, PerfEventAttributes event, boolean everyCpu, OptionalInt pid)
    implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.PERF_EVENT);
    try {
      return pid.isPresent()
          ? Links.ofThreads(program, event, pid.getAsInt())
          : Links.ofCpus(program, event, everyCpu);
    } catch (SystemCallException refused) {
      if (refused instanceof PermissionDeniedException) {
        throw refused;
      }
      throw new AttachException("cannot attach to " + name + ": " + reason(refused), refused);
    }
  }

  private String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.ENOENT, Errno.EOPNOTSUPP ->
          "this machine does not count that event (virtual machines often count none)";
      case Errno.ESRCH -> "there is no process " + pid.orElse(0);
      default -> refused.getMessage();
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
