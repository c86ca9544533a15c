package io.waggle.script.run;

import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.linux.Cpus;
import io.waggle.script.output.MapSnapshot;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.plan.Plan;
import io.waggle.script.types.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The maps of a running script. */
final class ScriptMaps {
  private static final int ROOM_AT_FIRST = 1024;

  private final List<MapPlan> plans;
  private final LoadedObject object;

  // A scalar is the one entry of an array: it cannot be absent there, only be kept absent by us.
  private final Set<String> cleared = new HashSet<>();
  private final Set<String> zeroed = new HashSet<>();

  ScriptMaps(Plan plan, LoadedObject object) {
    this.plans = plan.maps();
    this.object = object;
  }

  List<MapPlan> plans() {
    return plans;
  }

  /**
   * The map named so, with or without {@code @}.
   *
   * @throws IllegalArgumentException if the script has none
   */
  MapPlan plan(String name) {
    String full = name.startsWith("@") ? name : "@" + name;
    for (MapPlan plan : plans) {
      if (plan.name().equals(full)) {
        return plan;
      }
    }
    throw new IllegalArgumentException("the script has no map " + full);
  }

  /** All entries, values of all CPUs put together; a scalar always has its one. */
  MapSnapshot read(MapPlan plan) {
    LoadedMap map = object.map(plan.bpfName());
    int cpus = map.isPerCpu() ? Cpus.possible() : 1;
    int room = plan.key().isPresent() ? ROOM_AT_FIRST : 1;
    MapSnapshot snapshot = new MapSnapshot(plan, map.spec().keySize(), cpus, room);
    map.forEach(snapshot::add);
    return snapshot;
  }

  /** True if the scalar was never written, or was cleared and not written since. */
  boolean isAbsent(MapSnapshot scalar) {
    String name = scalar.plan().name();
    if (scalar.plan().value() instanceof Type.Aggregation) {
      return scalar.isUntouched(0) && !zeroed.contains(name);
    }
    return cleared.contains(name) && scalar.isUntouched(0);
  }

  void clear(String name) {
    MapPlan plan = plan(name);
    object.map(plan.bpfName()).clear();
    if (plan.key().isEmpty()) {
      cleared.add(plan.name());
      zeroed.remove(plan.name());
    }
  }

  void zero(String name) {
    MapPlan plan = plan(name);
    object.map(plan.bpfName()).zero();
    if (plan.key().isEmpty()) {
      zeroed.add(plan.name());
      cleared.remove(plan.name());
    }
  }
}
