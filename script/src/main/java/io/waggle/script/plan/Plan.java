package io.waggle.script.plan;

import io.waggle.bpf.BpfObject;
import java.util.List;

/**
 * A script made ready to run.
 *
 * @param object programs and maps to load
 * @param probes which program goes where, in the script's order
 * @param maps the script's maps, in order of first appearance
 * @param actions what to do for an event; an event's first 8 bytes are the index in this list
 * @param timeFormats strftime formats that {@link io.waggle.script.types.Type.Timestamp} values
 *     name
 * @param facts what each 8-byte slot of the array {@link #FACTS} must hold before programs run
 * @param counters what each 8-byte slot of the per-CPU array {@link #COUNTERS} counts
 */
public record Plan(
    BpfObject object,
    List<ProbePlan> probes,
    List<MapPlan> maps,
    List<Action> actions,
    List<String> timeFormats,
    List<Counter> counters,
    List<Fact> facts) {

  /** The ring buffer that carries events, absent from {@link #object} when no action is needed. */
  public static final String EVENTS = "events";

  /** Per-CPU array with one 8-byte value per entry of {@link #counters}. */
  public static final String COUNTERS = "counters";

  /** An array whose only value holds the {@link #facts}; absent without any. */
  public static final String FACTS = "facts";

  /** A plan whose code knows the machine. */
  public Plan(
      BpfObject object,
      List<ProbePlan> probes,
      List<MapPlan> maps,
      List<Action> actions,
      List<String> timeFormats,
      List<Counter> counters) {
    this(object, probes, maps, actions, timeFormats, counters, List.of());
  }

  /** The same plan with other programs and maps. */
  public Plan with(BpfObject other) {
    return new Plan(other, probes, maps, actions, timeFormats, counters, facts);
  }

  public Plan {
    probes = List.copyOf(probes);
    maps = List.copyOf(maps);
    actions = List.copyOf(actions);
    timeFormats = List.copyOf(timeFormats);
    counters = List.copyOf(counters);
    facts = List.copyOf(facts);
  }
}
