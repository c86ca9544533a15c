package io.waggle.script.run;

import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.linux.Cpus;
import io.waggle.script.output.MapSnapshot;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.plan.Plan;
import io.waggle.script.types.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The maps of a running script. */
final class ScriptMaps {
  private static final int ROOM_AT_FIRST = 1024;

  private final List<MapPlan> plans;
  private final LoadedObject object;

  // A scalar that was made zero is there, though nothing in the kernel says so.
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

  /** True if the scalar was never written, or was deleted or cleared and not written since. */
  boolean isAbsent(MapSnapshot scalar) {
    MapPlan plan = scalar.plan();
    if (zeroed.contains(plan.name())) {
      return false;
    }
    return plan.value() instanceof Type.Aggregation ? scalar.isUntouched(0) : !isWritten(plan);
  }

  private boolean isWritten(MapPlan plan) {
    LoadedMap map = object.map(plan.bpfName());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(4, 4);
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      return map.lookup(key, value) && value.get(ValueLayout.JAVA_BYTE, plan.value().size()) != 0;
    }
  }

  void clear(String name) {
    MapPlan plan = plan(name);
    object.map(plan.bpfName()).clear();
    if (plan.key().isEmpty()) {
      zeroed.remove(plan.name());
    }
  }

  void zero(String name) {
    MapPlan plan = plan(name);
    object.map(plan.bpfName()).zero();
    if (plan.key().isEmpty()) {
      zeroed.add(plan.name());
    }
  }
}
