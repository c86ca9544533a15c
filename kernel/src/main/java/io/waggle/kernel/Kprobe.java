package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.util.OptionalInt;

/**
 * An instruction of the kernel.
 *
 * <p>Kernels before 4.17 take it through a file of tracefs. There, a process that is killed leaves
 * a definition behind, which probes nothing and which the next such attachment removes.
 *
 * @param function its name in kallsyms; {@code module:function} for that of one module; empty where
 *     an address is given
 * @param offset from the function's start, bytes, at the start of an instruction; 0 at a return;
 *     the address where there is no name
 * @param atReturn whether to run when the function returns
 * @param cookie what {@code bpf_get_attach_cookie} gives there (Linux 5.15), 0 for none
 */
public record Kprobe(String function, long offset, boolean atReturn, long cookie)
    implements AttachPoint {

  /** Without a cookie. */
  public Kprobe(String function, long offset, boolean atReturn) {
    this(function, offset, atReturn, 0);
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.KPROBE);
    try {
      if (!program.features().has(Feature.KPROBES) && TracefsProbe.KPROBE.exists()) {
        return TracefsProbe.KPROBE.attach(program, place(), atReturn, OptionalInt.empty(), cookie);
      }
      PerfEventSource source = new PerfEventSource.Kprobe(function, offset, atReturn);
      // The event's CPU is a formality: the program runs wherever the instruction is hit.
      return Links.perfEvent(
          program, PerfEventAttributes.each(source), PerfEvent.ALL_PROCESSES, 0, cookie);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (UnsupportedOperationException without) {
      throw new AttachException("cannot attach to " + this + ": " + without(without), without);
    } catch (SystemCallException refused) {
      throw new AttachException("cannot attach to " + this + ": " + reason(refused), refused);
    }
  }

  private static String without(UnsupportedOperationException without) {
    return without.getMessage().contains("kprobe")
        ? "this kernel has no kprobes; fentry or a tracepoint may do"
        : without.getMessage();
  }

  private String reason(SystemCallException refused) {
    if (refused.errno() == Errno.EILSEQ) {
      return "no instruction starts at offset " + offset;
    }
    return function.isEmpty()
        ? "no instruction that may be probed starts there: " + refused.getMessage()
        : KernelFunctions.obstacle(function).orElse(refused.getMessage());
  }

  private String place() {
    if (function.isEmpty()) {
      return "0x" + Long.toHexString(offset);
    }
    return function + (offset == 0 ? "" : "+" + offset);
  }

  @Override
  public String toString() {
    return (atReturn ? "kretprobe " : "kprobe ") + place();
  }
}
