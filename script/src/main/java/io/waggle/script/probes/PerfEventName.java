package io.waggle.script.probes;

import java.util.List;
import java.util.Optional;

/**
 * Software and hardware events by name, with the number of events between two firings when the
 * script gives none. Names and defaults are bpftrace's.
 *
 * @param alias a short name, or empty
 * @param config the kernel's number, {@code enum perf_sw_ids} or {@code enum perf_hw_id}
 */
public record PerfEventName(String name, String alias, int config, long period) {

  /** Counted by the kernel. */
  public static final List<PerfEventName> SOFTWARE =
      List.of(
          new PerfEventName("alignment-faults", "", 7, 1),
          new PerfEventName("bpf-output", "", 10, 1),
          new PerfEventName("context-switches", "cs", 3, 1_000),
          new PerfEventName("cpu-clock", "cpu", 0, 1_000_000),
          new PerfEventName("cpu-migrations", "", 4, 1),
          new PerfEventName("dummy", "", 9, 1),
          new PerfEventName("emulation-faults", "", 8, 1),
          new PerfEventName("major-faults", "", 6, 1),
          new PerfEventName("minor-faults", "", 5, 100),
          new PerfEventName("page-faults", "faults", 2, 100),
          new PerfEventName("task-clock", "", 1, 1));

  /** Counted by the processor. */
  public static final List<PerfEventName> HARDWARE =
      List.of(
          new PerfEventName("backend-stalls", "", 8, 1_000_000),
          new PerfEventName("branch-instructions", "branches", 4, 100_000),
          new PerfEventName("branch-misses", "", 5, 100_000),
          new PerfEventName("bus-cycles", "", 6, 100_000),
          new PerfEventName("cache-misses", "", 3, 1_000_000),
          new PerfEventName("cache-references", "", 2, 1_000_000),
          new PerfEventName("cpu-cycles", "cycles", 0, 1_000_000),
          new PerfEventName("frontend-stalls", "", 7, 1_000_000),
          new PerfEventName("instructions", "", 1, 1_000_000),
          new PerfEventName("ref-cycles", "", 9, 1_000_000));

  /** The event of that name or alias. */
  public static Optional<PerfEventName> find(List<PerfEventName> table, String name) {
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
