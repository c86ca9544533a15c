package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Mounts;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A static tracepoint of the kernel, such as {@code sched:sched_switch}. */
public record Tracepoint(String category, String name) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.TRACEPOINT);
    try {
      // A tracepoint's programs run wherever it is hit, whatever CPU its event names.
      return Links.perfEvent(
          program,
          PerfEventAttributes.each(new PerfEventSource.Tracepoint(id())),
          PerfEvent.ALL_PROCESSES,
          0,
          0);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException("cannot attach to " + this + ": " + refused.getMessage(), refused);
    }
  }

  private long id() {
    Path file = Mounts.tracefs().resolve("events").resolve(category).resolve(name).resolve("id");
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      throw new AttachException(
          "this kernel has no " + this + TracepointNames.hint(category, name), e);
    } catch (IOException e) {
      throw new AttachException("cannot read the id of " + this + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "tracepoint " + category + ":" + name;
  }
}
