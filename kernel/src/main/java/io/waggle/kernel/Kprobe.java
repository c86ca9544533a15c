package io.waggle.kernel;

import io.waggle.linux.Errno;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;

/**
 * An instruction of the kernel.
 *
 * @param function its name in kallsyms
 * @param offset from the function's start, bytes; 0 at a return
 * @param atReturn whether to run when the function returns
 */
public record Kprobe(String function, long offset, boolean atReturn) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    try {
      PerfEventSource source = new PerfEventSource.Kprobe(function, offset, atReturn);
      // The event's CPU is a formality: the program runs wherever the instruction is hit.
      return Links.perfEvent(
          program, PerfEventAttributes.each(source), PerfEvent.ALL_PROCESSES, 0, 0);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (UnsupportedOperationException without) {
      throw new AttachException(
          "cannot attach to "
              + this
              + ": this kernel has no kprobes; fentry or a tracepoint may do",
          without);
    } catch (SystemCallException refused) {
      String reason =
          refused.errno() == Errno.ENOENT
              ? "the kernel has no such function, or forbids probes in it"
              : refused.getMessage();
      throw new AttachException("cannot attach to " + this + ": " + reason, refused);
    }
  }

  @Override
  public String toString() {
    return (atReturn ? "kretprobe " : "kprobe ") + function + (offset == 0 ? "" : "+" + offset);
  }
}
