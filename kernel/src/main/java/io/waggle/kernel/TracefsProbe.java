package io.waggle.kernel;

import io.waggle.linux.Mounts;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Kprobes and uprobes on kernels whose perf events do not make them (before Linux 4.17): a
 * definition in tracefs makes a tracepoint of them (Documentation/trace/kprobetrace.rst), to which
 * programs attach.
 *
 * <p>A definition is no descriptor: the kernel keeps it when its process is killed. It then probes
 * nothing, for the kernel arms it only while an event is open on it; what remains is its name in
 * the file. So names tell the process, and each probe defined here first removes those whose
 * processes have gone. Definitions that somebody still uses the kernel itself refuses to remove.
 */
enum TracefsProbe {
  KPROBE("kprobe_events", "waggle_k"),
  UPROBE("uprobe_events", "waggle_u");

  private final String file;
  private final String group;

  TracefsProbe(String file, String group) {
    this.file = file;
    this.group = group;
  }

  /** Whether the kernel takes definitions of this kind. */
  boolean exists() {
    return Files.exists(file());
  }

  /**
   * Attaches a program.
   *
   * @param place as the file wants it: a function and offset, or a path and a file offset
   * @param pid the only process to trace, all when empty
   * @throws AttachException when the kernel refuses the definition
   */
  Link attach(LoadedProgram program, String place, boolean atReturn, OptionalInt pid, long cookie) {
    sweep();
    String name = ProcessHandle.current().pid() + "_" + Long.toHexString(System.nanoTime());
    String event = group + "/p" + name;
    try {
      write((atReturn ? "r:" : "p:") + event + " " + place);
    } catch (IOException refused) {
      throw new AttachException(
          "the kernel refuses a probe at " + place + ": " + refused.getMessage(), refused);
    }
    try {
      Link link =
          Links.perfEvent(
              program,
              PerfEventAttributes.each(new PerfEventSource.Tracepoint(id(event))),
              pid.orElse(PerfEvent.ALL_PROCESSES),
              pid.isPresent() ? PerfEvent.ALL_CPUS : 0,
              cookie);
      return () -> {
        link.close();
        remove(event);
      };
    } catch (RuntimeException failure) {
      remove(event);
      throw failure;
    }
  }

  /** Removes what processes that were killed left behind. */
  void sweep() {
    Path folder = Mounts.tracefs().resolve("events").resolve(group);
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<String> names = new ArrayList<>(); // the folder goes with the last of its events
    try (DirectoryStream<Path> events = Files.newDirectoryStream(folder, "p*_*")) {
      events.forEach(event -> names.add(event.getFileName().toString()));
    } catch (IOException | DirectoryIteratorException unreadable) {
      return; // somebody else has just removed the last
    }
    for (String name : names) {
      String pid = name.substring(1, name.indexOf('_'));
      if (!Files.exists(Path.of("/proc", pid))) {
        remove(group + "/" + name);
      }
    }
  }

  private void remove(String event) {
    try {
      write("-:" + event);
    } catch (IOException used) {
      // Somebody else has it open; the next sweep meets it again.
    }
  }

  /** Appends, for any other way to open the file removes all definitions in it. */
  private void write(String line) throws IOException {
    Files.write(file(), line.getBytes(StandardCharsets.ISO_8859_1), StandardOpenOption.APPEND);
  }

  private Path file() {
    return Mounts.tracefs().resolve(file);
  }

  private static long id(String event) {
    Path file = Mounts.tracefs().resolve("events").resolve(event).resolve("id");
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException gone) {
      throw new AttachException("the kernel has not made the event " + event, gone);
    } catch (IOException e) {
      throw new AttachException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
