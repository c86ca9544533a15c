package io.waggle.script.probes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's trace events, as tracefs lists them. */
public final class TraceEvents {
  private final Path tracefs;

  /** Those of the tracefs mounted at {@code tracefs}. */
  public TraceEvents(Path tracefs) {
    this.tracefs = tracefs;
  }

  /** True if there is such an event. */
  public boolean exists(String category, String name) {
    return Files.exists(format(category, name));
  }

  /** The file that describes the event's record. */
  public Path format(String category, String name) {
    return tracefs.resolve("events").resolve(category).resolve(name).resolve("format");
  }

  /**
   * All events as {@code category:name}, sorted.
   *
   * @throws UncheckedIOException if tracefs cannot be read
   */
  public List<String> all() {
    try {
      List<String> events =
          new ArrayList<>(Files.readAllLines(tracefs.resolve("available_events")));
      events.sort(null);
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the list of tracepoints", e);
    }
  }

  /**
   * The names behind {@link #all} without their category: those that raw tracepoints have. System
   * calls have records of their own but no tracepoint each; they share {@code sys_enter} and {@code
   * sys_exit}.
   */
  public List<String> rawNames() {
    return all().stream()
        .filter(event -> !event.startsWith("syscalls:"))
        .map(event -> event.substring(event.indexOf(':') + 1))
        .distinct()
        .sorted()
        .toList();
  }
}
