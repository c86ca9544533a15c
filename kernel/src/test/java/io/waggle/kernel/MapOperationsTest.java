package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.formats.btf.BtfBuilder;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.linux.Mapping;
import io.waggle.linux.SystemCallException;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
class MapOperationsTest {
  private final Arena arena = Arena.ofConfined();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void close() {
    kernel.close();
    arena.close();
  }

  private LoadedObject load(MapSpec... maps) {
    return kernel.load(new BpfObject("GPL", List.of(maps), List.of()));
  }

  private MemorySegment key(int value) {
    return arena.allocateFrom(JAVA_INT, value);
  }

  private MemorySegment value(long value) {
    return arena.allocateFrom(JAVA_LONG, value);
  }

  @Test
  void insertsReplacesAndTakesOut() {
    try (LoadedObject object = load(new MapSpec("m", MapType.HASH, 4, 8, 4))) {
      LoadedMap map = object.map("m");
      MemorySegment found = arena.allocate(8, 8);
      assertThat(map.replace(key(1), value(5))).isFalse();
      assertThat(map.insert(key(1), value(5))).isTrue();
      assertThat(map.insert(key(1), value(6))).isFalse();
      assertThat(map.replace(key(1), value(7))).isTrue();
      assertThat(map.lookupAndDelete(key(1), found)).isTrue();
      assertThat(found.get(JAVA_LONG, 0)).isEqualTo(7);
      assertThat(map.lookupAndDelete(key(1), found)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "LRU_HASH", "PERCPU_HASH"})
  void worksOnManyEntriesAtOnce(MapType type) {
    int count = 100;
    try (LoadedObject object = load(new MapSpec("m", type, 4, 8, 1000))) {
      LoadedMap map = object.map("m");
      MemorySegment keys = arena.allocate(4L * count, 8);
      MemorySegment values = arena.allocate((long) map.valueBytes() * count, 8);
      for (int i = 0; i < count; i++) {
        keys.setAtIndex(JAVA_INT, i, i);
        for (int cpu = 0; cpu < map.cpus(); cpu++) {
          values.set(
              JAVA_LONG, (long) i * map.valueBytes() + (long) cpu * map.cpuStride(), cpu + i);
        }
      }
      map.updateAll(keys, values, count);
      assertThat(map.deleteAll(keys, 10)).isEqualTo(10);
      long[] sum = new long[1];
      long taken =
          map.drain(
              (k, keyAt, v, valueAt) -> {
                long last = valueAt + (map.cpus() - 1L) * map.cpuStride();
                sum[0] += v.get(JAVA_LONG, last) - (map.cpus() - 1) - k.get(JAVA_INT, keyAt) + 1;
              });
      assertThat(taken).isEqualTo(90);
      assertThat(sum[0]).as("each value belongs to its key").isEqualTo(90);
      assertThat(map.forEach((_, _, _, _) -> {})).isZero();
    }
  }

  @Test
  void queuesAndStacksGiveBackInTheirOrder() {
    try (LoadedObject object =
        load(
            new MapSpec("queue", MapType.QUEUE, 0, 8, 2),
            new MapSpec("stack", MapType.STACK, 0, 8, 2))) {
      ValueMap queue = object.map("queue").values();
      ValueMap stack = object.map("stack").values();
      MemorySegment found = arena.allocate(8, 8);
      assertThat(queue.peek(found)).isFalse();
      for (ValueMap map : List.of(queue, stack)) {
        assertThat(map.push(value(1))).isTrue();
        assertThat(map.push(value(2))).isTrue();
        assertThat(map.push(value(3))).isFalse();
      }
      assertThat(queue.peek(found)).isTrue();
      assertThat(found.get(JAVA_LONG, 0)).isEqualTo(1);
      queue.pushOver(value(3));
      assertThat(queue.pop(found)).isTrue();
      assertThat(found.get(JAVA_LONG, 0)).isEqualTo(2);
      assertThat(stack.pop(found)).isTrue();
      assertThat(found.get(JAVA_LONG, 0)).isEqualTo(2);
      assertThat(stack.pop(found) && !stack.pop(found)).isTrue();
      assertThatThrownBy(() -> queue.mayContain(found)).hasMessageContaining("no BLOOM_FILTER");
    }
  }

  @Test
  void bloomFiltersForgetNothing() {
    try (LoadedObject object = load(new MapSpec("filter", MapType.BLOOM_FILTER, 0, 8, 1000))) {
      ValueMap filter = object.map("filter").values();
      for (int i = 0; i < 500; i++) {
        assertThat(filter.push(value(i))).isTrue();
      }
      int wrong = 0;
      for (int i = 0; i < 1000; i++) {
        boolean found = filter.mayContain(value(i));
        assertThat(found || i >= 500).isTrue();
        wrong += found && i >= 500 ? 1 : 0;
      }
      assertThat(wrong).isLessThan(250);
      assertThatThrownBy(() -> filter.pop(value(0))).hasMessageContaining("has no pop");
    }
  }

  @Test
  void mapsWithKeysAreNoQueues() {
    try (LoadedObject object = load(new MapSpec("m", MapType.HASH, 4, 8, 1))) {
      assertThatThrownBy(() -> object.map("m").values())
          .hasMessage("map 'm' is a HASH and has keys");
    }
  }

  @Test
  void frozenMapsAreForReading() {
    try (LoadedObject object = load(new MapSpec("m", MapType.ARRAY, 4, 8, 1))) {
      LoadedMap map = object.map("m");
      map.update(key(0), value(9));
      map.freeze();
      assertThatThrownBy(() -> map.update(key(0), value(10)))
          .isInstanceOf(SystemCallException.class);
      MemorySegment found = arena.allocate(8, 8);
      assertThat(map.lookup(key(0), found)).isTrue();
      assertThat(found.get(JAVA_LONG, 0)).isEqualTo(9);
    }
  }

  @Test
  void accessFlagsAreKept() {
    int readOnly = 1 << 3; // BPF_F_RDONLY: for user space
    int writeOnly = 1 << 4; // BPF_F_WRONLY
    try (LoadedObject object =
        load(
            new MapSpec("read", MapType.HASH, 4, 8, 1, readOnly),
            new MapSpec("write", MapType.HASH, 4, 8, 1, writeOnly))) {
      assertThatThrownBy(() -> object.map("read").update(key(0), value(0)))
          .isInstanceOf(SystemCallException.class);
      object.map("write").update(key(0), value(0));
      assertThatThrownBy(() -> object.map("write").lookup(key(0), value(0)))
          .isInstanceOf(SystemCallException.class);
    }
  }

  @Test
  void arraysLieInMemory() {
    MapSpec spec = new MapSpec("m", MapType.ARRAY, 4, 8, 3, 1 << 10);
    try (LoadedObject object = load(spec);
        Mapping memory = object.map("m").memory().orElseThrow()) {
      memory.setLongRelease(16, 77);
      MemorySegment found = arena.allocate(8, 8);
      object.map("m").lookup(key(2), found);
      assertThat(found.get(JAVA_LONG, 0)).isEqualTo(77);
      object.map("m").update(key(1), value(5));
      assertThat(memory.getLong(8)).isEqualTo(5);
    }
  }

  @Test
  void mapsGoIntoMaps() {
    MapSpec inner = new MapSpec("inner", MapType.ARRAY, 4, 8, 1);
    MapSpec outer =
        new MapSpec("outer", MapType.HASH_OF_MAPS, 4, 4, 2)
            .with(MapSpec.Traits.NONE.withInner(inner));
    try (LoadedObject object = load(inner, outer)) {
      object.map("outer").put(key(5), object.map("inner"));
      MemorySegment id = arena.allocate(4, 4);
      assertThat(object.map("outer").lookup(key(5), id)).isTrue();
      assertThat(id.get(JAVA_INT, 0)).isEqualTo(object.map("inner").describe().id());
    }
  }

  @Test
  void programsGoIntoProgramArrays() {
    ProgramSpec program =
        Code.program("p", ProgramType.SOCKET_FILTER, new Code().move(Register.R0, 0).exit());
    BpfObject spec =
        new BpfObject(
            "GPL", List.of(new MapSpec("jumps", MapType.PROG_ARRAY, 4, 4, 2)), List.of(program));
    try (LoadedObject object = kernel.load(spec)) {
      object.map("jumps").put(key(1), object.program("p"));
      MemorySegment id = arena.allocate(4, 4);
      assertThat(object.map("jumps").lookup(key(1), id)).isTrue();
      assertThat(id.get(JAVA_INT, 0)).isPositive();
      assertThat(object.map("jumps").delete(key(1))).isTrue();
    }
  }

  @Test
  void valuesWithLocksChangeAtOnce() {
    BtfBuilder types = new BtfBuilder(ByteOrder.nativeOrder());
    int number = types.add(new BtfType.Int("unsigned int", 4, 32, 0, false, false, false));
    int lock =
        types.add(
            new BtfType.Struct(
                "bpf_spin_lock", false, 4, List.of(new Member("val", number, 0, 0))));
    int value =
        types.add(
            new BtfType.Struct(
                "value",
                false,
                8,
                List.of(new Member("lock", lock, 0, 0), new Member("count", number, 32, 0))));
    MapSpec spec =
        new MapSpec("m", MapType.ARRAY, 4, 8, 1).with(MapSpec.Traits.NONE.withTypes(number, value));
    BpfObject with =
        new BpfObject(
            "GPL", List.of(spec), List.of(), Optional.of(types.build("types")), List.of());
    try (LoadedObject object = kernel.load(with)) {
      MemorySegment bytes = arena.allocate(8, 8);
      bytes.set(JAVA_INT, 4, 42);
      object.map("m").updateLocked(key(0), bytes);
      MemorySegment found = arena.allocate(8, 8);
      assertThat(object.map("m").lookupLocked(key(0), found)).isTrue();
      assertThat(found.get(JAVA_INT, 4)).isEqualTo(42);
    }
    try (LoadedObject object = load(new MapSpec("m", MapType.ARRAY, 4, 8, 1))) {
      assertThatThrownBy(() -> object.map("m").updateLocked(key(0), value(1)))
          .hasMessageContaining("EINVAL");
    }
  }
}
