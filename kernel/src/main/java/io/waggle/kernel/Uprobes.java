package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Instructions of one executable or library, or the returns of the functions that start there.
 *
 * <p>A program that was loaded for {@link AttachType#TRACE_UPROBE_MULTI} takes all sites by one
 * link, which one grace period of the kernel detaches. Any other gets a perf event for each site,
 * and so does that one on kernels before 6.6, which ignore what it was loaded for. One loaded for
 * {@link AttachType#TRACE_UPROBE_SESSION} (Linux 6.13) takes starts and returns by one link.
 *
 * @param path the file
 * @param atReturn whether to run when the function at a site returns
 * @param pid the only process to trace, all that run the file when empty
 */
public record Uprobes(String path, List<Site> sites, boolean atReturn, OptionalInt pid)
    implements AttachPoint {

  /**
   * A place in the file.
   *
   * @param offset bytes from the start of the file
   * @param semaphore file offset of a 16-bit counter to raise while attached, 0 for none
   * @param cookie what {@code bpf_get_attach_cookie} gives there
   */
  public record Site(long offset, long semaphore, long cookie) {}

  public Uprobes {
    sites = List.copyOf(sites);
  }

  /**
   * The places of a function, found by the file's symbols.
   *
   * @param file a path, a library such as {@code libc.so.6}, or a program on the path
   * @throws AttachException if there is no such file, or it has no such function
   */
  public static Uprobes function(String file, String function, boolean atReturn, OptionalInt pid) {
    Path path = BinaryFunction.file(file);
    List<Site> sites =
        BinaryFunction.offsets(path, function).stream()
            .map(offset -> new Site(offset, 0, 0))
            .toList();
    return new Uprobes(path.toString(), sites, atReturn, pid);
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.KPROBE);
    try {
      return switch (program.expectedAttach().orElse(AttachType.PERF_EVENT)) {
        case TRACE_UPROBE_MULTI -> atOnceIfPossible(program);
        case TRACE_UPROBE_SESSION -> session(program);
        default -> oneByOne(program);
      };
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException("cannot attach to " + path + ": " + reason(refused), refused);
    } catch (UnsupportedOperationException refused) {
      throw new AttachException("cannot attach to " + path + ": " + refused.getMessage(), refused);
    }
  }

  private String reason(SystemCallException refused) {
    int errno = refused.errno();
    if (errno == Errno.ESRCH && pid.isPresent()) {
      return "there is no process " + pid.getAsInt();
    }
    if (errno == Errno.EIO) {
      return "its file system has no page cache for it, as overlay file systems of old kernels;"
          + " name the file in the lower layer";
    }
    return refused.getMessage();
  }

  private Link atOnceIfPossible(LoadedProgram program) {
    try {
      return atOnce(program, AttachType.TRACE_UPROBE_MULTI);
    } catch (SystemCallException refused) {
      if (refused.errno() == Errno.EINVAL && !program.features().has(Feature.UPROBE_MULTI)) {
        return oneByOne(program);
      }
      throw refused;
    }
  }

  /** A session's program runs at the start and, if it answered 0 there, at the return too. */
  private Link session(LoadedProgram program) {
    if (atReturn || !program.features().has(Feature.UPROBE_SESSION)) {
      throw new AttachException(
          "cannot attach to "
              + path
              + ": "
              + (atReturn
                  ? "a session has the returns with the starts"
                  : "this kernel lacks " + Feature.UPROBE_SESSION.requirement()));
    }
    return atOnce(program, AttachType.TRACE_UPROBE_SESSION);
  }

  private Link atOnce(LoadedProgram program, AttachType type) {
    long[] offsets = new long[sites.size()];
    long[] cookies = new long[sites.size()];
    boolean guarded = false;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = sites.get(i).offset();
      cookies[i] = sites.get(i).cookie();
      guarded |= sites.get(i).semaphore() != 0;
    }
    long[] semaphores = guarded ? sites.stream().mapToLong(Site::semaphore).toArray() : new long[0];
    return Links.of(
        BpfLink.uprobeMulti(
            program.fd(), type.id(), path, offsets, semaphores, cookies, atReturn, pid.orElse(0)));
  }

  private Link oneByOne(LoadedProgram program) {
    List<Link> links = new ArrayList<>();
    boolean isLegacy = !program.features().has(Feature.UPROBES) && TracefsProbe.UPROBE.exists();
    try {
      for (Site site : sites) {
        if (isLegacy) {
          links.add(TracefsProbe.UPROBE.attach(program, place(site), atReturn, pid, site.cookie()));
          continue;
        }
        PerfEventSource source =
            new PerfEventSource.Uprobe(path, site.offset(), site.semaphore(), atReturn);
        // The event's CPU is a formality: the program runs wherever the instruction is hit.
        links.add(
            Links.perfEvent(
                program,
                PerfEventAttributes.each(source),
                pid.orElse(PerfEvent.ALL_PROCESSES),
                pid.isPresent() ? PerfEvent.ALL_CPUS : 0,
                site.cookie()));
      }
      return Links.all(links);
    } catch (RuntimeException failure) {
      Links.all(links).close();
      throw failure;
    }
  }

  /** As {@code uprobe_events} wants it (Documentation/trace/uprobetracer.rst). */
  private String place(Site site) {
    String counter = site.semaphore() == 0 ? "" : "(0x" + Long.toHexString(site.semaphore()) + ")";
    return path + ":0x" + Long.toHexString(site.offset()) + counter;
  }

  @Override
  public String toString() {
    return (atReturn ? "uretprobes of " : "uprobes of ") + path;
  }
}
