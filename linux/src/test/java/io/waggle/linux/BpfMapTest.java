package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresBpf
class BpfMapTest {
  private static final int HASH = 1;
  private static final int ARRAY = 2;
  private static final int PERCPU_ARRAY = 6;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment key = arena.allocate(4, 8);
  private final MemorySegment value = arena.allocate(8, 8);

  @AfterEach
  void free() {
    arena.close();
  }

  private BpfMap hash(int entries) {
    BpfMap map = BpfMap.create(new MapAttributes(HASH, "test hash", 4, 8, entries));
    for (int i = 0; i < entries; i++) {
      put(map, i, 1000L * i);
    }
    return map;
  }

  private void put(BpfMap map, int k, long v) {
    key.set(JAVA_INT, 0, k);
    value.set(JAVA_LONG, 0, v);
    map.update(key, value, BpfMap.ANY);
  }

  @Test
  void storesAndFindsAndForgets() {
    try (BpfMap map = hash(100)) {
      key.set(JAVA_INT, 0, 42);
      assertThat(map.lookup(key, value)).isTrue();
      assertThat(value.get(JAVA_LONG, 0)).isEqualTo(42_000);
      assertThat(map.delete(key)).isTrue();
      assertThat(map.delete(key)).isFalse();
      assertThat(map.lookup(key, value)).isFalse();
      key.set(JAVA_INT, 0, 43);
      assertThat(map.lookupAndDelete(key, value)).isTrue();
      assertThat(map.lookup(key, value)).isFalse();
    }
  }

  @Test
  void walksOverAllKeys() {
    try (BpfMap map = hash(100)) {
      int count = 0;
      for (boolean more = map.firstKey(key); more; more = map.nextKey(key, key)) {
        count++;
      }
      assertThat(count).isEqualTo(100);
    }
  }

  @Test
  void readsAndWritesInBatches() {
    try (BpfMap map = BpfMap.create(new MapAttributes(HASH, "batch", 4, 8, 1000))) {
      MemorySegment keys = arena.allocate(4 * 1000, 8);
      MemorySegment values = arena.allocate(8 * 1000, 8);
      for (int i = 0; i < 1000; i++) {
        keys.setAtIndex(JAVA_INT, i, i);
        values.setAtIndex(JAVA_LONG, i, i);
      }
      map.updateBatch(keys, values, 1000, BpfMap.ANY);

      MemorySegment token = arena.allocate(8, 8);
      MemorySegment in = MemorySegment.NULL;
      long sum = 0;
      int count = 0;
      for (boolean last = false; !last; in = token) {
        BpfMap.Batch batch = map.lookupBatch(in, token, keys, values, 300);
        for (int i = 0; i < batch.count(); i++) {
          sum += values.getAtIndex(JAVA_LONG, i);
        }
        count += batch.count();
        last = batch.last();
      }
      assertThat(count).isEqualTo(1000);
      assertThat(sum).isEqualTo(999 * 500);

      assertThat(map.lookupAndDeleteBatch(MemorySegment.NULL, token, keys, values, 1000).count())
          .isEqualTo(1000);
      assertThat(map.firstKey(key)).isFalse();
    }
  }

  @Test
  void tellsWhyAFullMapRefuses() {
    try (BpfMap map = hash(10)) {
      key.set(JAVA_INT, 0, 11);
      assertThatThrownBy(() -> map.update(key, value, BpfMap.ANY))
          .isInstanceOf(SystemCallException.class)
          .hasMessageContaining("BPF_MAP_UPDATE_ELEM")
          .hasMessageContaining("E2BIG");
    }
  }

  @Test
  void neverLetsTheKernelWriteBeyondTheMemoryGiven() {
    try (BpfMap map = hash(1)) {
      assertThatThrownBy(() -> map.lookup(key, arena.allocate(7)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> map.lookup(MemorySegment.ofArray(new int[1]), value))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void perCpuValuesTakeEightBytesForEachPossibleCpu() {
    try (BpfMap map = BpfMap.create(new MapAttributes(PERCPU_ARRAY, "percpu", 4, 4, 1))) {
      assertThat(map.valueBytes()).isEqualTo(8 * Cpus.possible());
      MemorySegment values = arena.allocate(map.valueBytes(), 8);
      assertThat(map.lookup(key, values)).isTrue();
    }
  }

  @Test
  void describesItself() {
    try (BpfMap map = hash(10)) {
      MapDescription description = map.describe();
      assertThat(description.name()).isEqualTo("test_hash");
      assertThat(description.maxEntries()).isEqualTo(10);
      try (BpfMap again = BpfMap.of(BpfIds.MAPS.open(description.id()))) {
        key.set(JAVA_INT, 0, 5);
        assertThat(again.lookup(key, value)).isTrue();
        assertThat(value.get(JAVA_LONG, 0)).isEqualTo(5_000);
      }
      assertThat(BpfIds.MAPS.after(description.id() - 1)).isEqualTo(description.id());
    }
  }

  @Test
  void arraysAreMappedWithoutCalls() {
    int mmapable = 1 << 10;
    MapAttributes attributes =
        new MapAttributes(ARRAY, "mapped", 4, 8, 100, mmapable, 0, 0, 0, 0, 0, 0);
    try (BpfMap map = BpfMap.create(attributes);
        Mapping mapping = map.map().orElseThrow()) {
      put(map, 7, 77);
      assertThat(mapping.getLong(7 * 8)).isEqualTo(77);
      mapping.setLongRelease(8 * 8, 88);
      key.set(JAVA_INT, 0, 8);
      map.lookup(key, value);
      assertThat(value.get(JAVA_LONG, 0)).isEqualTo(88);
      assertThatThrownBy(() -> mapping.getLong(mapping.length() - 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
