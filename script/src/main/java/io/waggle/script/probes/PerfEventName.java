package io.waggle.script.probes;

import java.util.List;
import java.util.Optional;

/**
 * Software and hardware events by name, with the number of events between two firings when the
 * script gives none. Names and defaults are bpftrace's.
 *
 * @param alias a short name, or empty
 */
record PerfEventName(String name, String alias, long period) {

  static final List<PerfEventName> SOFTWARE =
      List.of(
          new PerfEventName("alignment-faults", "", 1),
          new PerfEventName("bpf-output", "", 1),
          new PerfEventName("context-switches", "cs", 1_000),
          new PerfEventName("cpu-clock", "cpu", 1_000_000),
          new PerfEventName("cpu-migrations", "", 1),
          new PerfEventName("dummy", "", 1),
          new PerfEventName("emulation-faults", "", 1),
          new PerfEventName("major-faults", "", 1),
          new PerfEventName("minor-faults", "", 100),
          new PerfEventName("page-faults", "faults", 100),
          new PerfEventName("task-clock", "", 1));

  static final List<PerfEventName> HARDWARE =
      List.of(
          new PerfEventName("backend-stalls", "", 1_000_000),
          new PerfEventName("branch-instructions", "branches", 100_000),
          new PerfEventName("branch-misses", "", 100_000),
          new PerfEventName("bus-cycles", "", 100_000),
          new PerfEventName("cache-misses", "", 1_000_000),
          new PerfEventName("cache-references", "", 1_000_000),
          new PerfEventName("cpu-cycles", "cycles", 1_000_000),
          new PerfEventName("frontend-stalls", "", 1_000_000),
          new PerfEventName("instructions", "", 1_000_000),
          new PerfEventName("ref-cycles", "", 1_000_000));

  static Optional<PerfEventName> find(List<PerfEventName> table, String name) {
    for (PerfEventName event : table) {
      if (event.name.equals(name) || (!event.alias.isEmpty() && event.alias.equals(name))) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  /** Names and aliases, each with the colon after which a count may stand. */
  static List<String> listed(List<PerfEventName> table) {
    return table.stream()
        .flatMap(
            event ->
                event.alias.isEmpty()
                    ? java.util.stream.Stream.of(event.name + ":")
                    : java.util.stream.Stream.of(event.name + ":", event.alias + ":"))
        .sorted()
        .toList();
  }
}
