package io.waggle.script.lower;

import io.waggle.bpf.Bytes;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.script.plan.Fact;
import io.waggle.script.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** The maps that generated code needs beside those of the script; each exists only once needed. */
final class SupportMaps {

  /** BPF_F_RDONLY_PROG: programs may only read it (include/uapi/linux/bpf.h). */
  private static final int READ_ONLY = 1 << 7;

  private static final String ZEROS = "zeros";

  private final List<MapSpec> tables = new ArrayList<>();
  private final int[] scratchSizes = new int[ProgramKind.values().length];
  private final List<Fact> facts = new ArrayList<>();
  private int zeros;
  private boolean events;

  /** The name of an array map whose value holds at least {@code size} zeros. */
  String zeros(int size) {
    zeros = Math.max(zeros, size);
    return ZEROS;
  }

  /** The name of the scratch map of programs of this kind; see {@link ScratchMemory}. */
  String scratch(ProgramKind kind) {
    return "scratch_" + kind.label();
  }

  /** Says how much scratch memory a program of this kind uses. */
  void useScratch(ProgramKind kind, int size) {
    scratchSizes[kind.ordinal()] = Math.max(scratchSizes[kind.ordinal()], size);
  }

  /** Says that some program sends events. */
  void useEvents() {
    events = true;
  }

  /** An array map with these values, all of one size; its name. */
  String table(List<byte[]> rows) {
    int size = rows.getFirst().length;
    byte[] contents = new byte[size * rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, contents, i * size, size);
    }
    String name = "table_" + tables.size();
    tables.add(
        new MapSpec(name, MapType.ARRAY, 4, size, rows.size(), READ_ONLY, Bytes.of(contents)));
    return name;
  }

  /** Where in the map of facts, in bytes, a fact lies. */
  int fact(Fact fact) {
    if (!facts.contains(fact)) {
      facts.add(fact);
    }
    return 8 * facts.indexOf(fact);
  }

  List<Fact> facts() {
    return facts;
  }

  /** All of them, for {@link io.waggle.bpf.BpfObject}. */
  List<MapSpec> specs(int ringBytes, int counters) {
    List<MapSpec> maps = new ArrayList<>(tables);
    if (zeros > 0) {
      maps.add(new MapSpec(ZEROS, MapType.ARRAY, 4, zeros, 1, READ_ONLY));
    }
    if (!facts.isEmpty()) {
      maps.add(new MapSpec(Plan.FACTS, MapType.ARRAY, 4, 8 * facts.size(), 1, READ_ONLY));
    }
    for (ProgramKind kind : ProgramKind.values()) {
      if (scratchSizes[kind.ordinal()] > 0) {
        maps.add(
            new MapSpec(scratch(kind), MapType.PERCPU_ARRAY, 4, scratchSizes[kind.ordinal()], 1));
      }
    }
    if (events) {
      maps.add(new MapSpec(Plan.EVENTS, MapType.RINGBUF, 0, 0, ringBytes));
    }
    if (counters > 0) {
      maps.add(new MapSpec(Plan.COUNTERS, MapType.PERCPU_ARRAY, 4, 8, counters));
    }
    return maps;
  }
}
