package io.waggle.script.run;

import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.linux.Cpus;
import io.waggle.script.output.Output;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Says what went wrong inside the kernel since it was looked at last. */
final class CounterWatch {
  private final List<Counter> counters;
  private final LoadedObject object;
  private final Output output;
  private final long[] said;

  CounterWatch(Plan plan, LoadedObject object, Output output) {
    this.counters = plan.counters();
    this.object = object;
    this.output = output;
    this.said = new long[counters.size()];
  }

  /** Reads the counters and reports what grew. */
  void look() {
    if (counters.isEmpty()) {
      return;
    }
    LoadedMap map = object.map(Plan.COUNTERS);
    int cpus = map.isPerCpu() ? Cpus.possible() : 1;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(4, 4);
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      for (int slot = 0; slot < said.length; slot++) {
        key.set(ValueLayout.JAVA_INT, 0, slot);
        if (map.lookup(key, value)) {
          report(slot, total(value, cpus));
        }
      }
    }
  }

  private static long total(MemorySegment value, int cpus) {
    long total = 0;
    for (int cpu = 0; cpu < cpus; cpu++) {
      total += value.get(ValueLayout.JAVA_LONG, cpu * 8L);
    }
    return total;
  }

  private void report(int slot, long total) {
    long grown = total - said[slot];
    if (grown == 0) {
      return;
    }
    said[slot] = total;
    switch (counters.get(slot)) {
      case Counter.LostEvents lost -> output.lostEvents(grown);
      case Counter.MapFull full -> output.mapFull(full.map(), grown);
      case Counter.Warning warning -> output.runtimeError(warning, grown);
      case Counter.HelperError error -> output.helperError(error, grown);
    }
  }

  /** Events lost in all, as of the last look. */
  long lostEvents() {
    long lost = 0;
    for (int slot = 0; slot < said.length; slot++) {
      if (counters.get(slot) instanceof Counter.LostEvents) {
        lost += said[slot];
      }
    }
    return lost;
  }
}
