package io.waggle.kernel;

import io.waggle.linux.Errno;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.util.OptionalInt;

/**
 * Memory that the processor watches (hardware breakpoints of perf_event_open(2)); there are few, on
 * x86-64 and arm64 four of a thread.
 *
 * @param address of the kernel, or of the process
 * @param length 1, 2, 4 or 8 bytes; of an instruction 1
 * @param kind {@code HW_BREAKPOINT_R} 1, {@code _W} 2, {@code _X} 4, added up
 * @param pid the process, with all its threads; every CPU whatever it runs when empty
 */
public record Watchpoint(long address, int length, int kind, OptionalInt pid)
    implements AttachPoint {
  private static final int EXECUTE = 4;

  @Override
  public Link attach(LoadedProgram program) {
    // An instruction's breakpoint has the size of a word (struct perf_event_attr, bp_len).
    int size = kind == EXECUTE ? Long.BYTES : length;
    PerfEventAttributes event =
        PerfEventAttributes.each(new PerfEventSource.Breakpoint(address, kind, size));
    try {
      return pid.isPresent()
          ? Links.ofThreads(program, event, pid.getAsInt())
          : Links.ofCpus(program, event, true);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException("cannot attach to " + this + ": " + reason(refused), refused);
    }
  }

  private String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.ENOSPC -> "all of the processor's watchpoints are in use";
      case Errno.EOPNOTSUPP, Errno.ENOENT -> "this machine has no hardware breakpoints";
      case Errno.EINVAL ->
          "the processor takes no such watchpoint; its address must be a multiple of its length";
      case Errno.ESRCH -> "there is no process " + pid.orElse(0);
      default -> refused.getMessage();
    };
  }

  @Override
  public String toString() {
    return "watchpoint 0x" + Long.toHexString(address);
  }
}
