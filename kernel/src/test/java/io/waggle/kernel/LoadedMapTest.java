package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
class LoadedMapTest {
  private static final int NO_PREALLOC = 1; // BPF_F_NO_PREALLOC, which an LPM trie must have

  private static LoadedObject load(Kernel kernel, MapSpec map) {
    return kernel.load(new BpfObject("GPL", List.of(map), List.of()));
  }

  private static void fill(LoadedMap map, int entries) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(8, 8);
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      for (int i = 0; i < entries; i++) {
        key.set(JAVA_INT, 0, map.spec().type() == MapType.LPM_TRIE ? 32 : i);
        key.set(JAVA_INT, 4, i);
        for (int cpu = 0; cpu < map.cpus(); cpu++) {
          value.set(JAVA_LONG, (long) cpu * map.cpuStride(), i);
        }
        map.update(key, value);
      }
    }
  }

  private static long sum(LoadedMap map) {
    long[] sum = {0};
    map.forEach(
        (_, _, values, offset) -> {
          for (int cpu = 0; cpu < map.cpus(); cpu++) {
            sum[0] += values.get(JAVA_LONG, offset + (long) cpu * map.cpuStride());
          }
        });
    return sum[0];
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "PERCPU_HASH", "LRU_HASH", "LPM_TRIE"})
  void readsZeroesAndClears(MapType type) {
    int entries = 10_000;
    int flags = type == MapType.LPM_TRIE ? NO_PREALLOC : 0;
    MapSpec spec = new MapSpec("map", type, 8, 8, 2 * entries, flags);
    try (Kernel kernel = Kernel.host();
        LoadedObject object = load(kernel, spec)) {
      LoadedMap map = object.map("map");
      fill(map, entries);
      assertThat(sum(map)).isEqualTo(map.cpus() * (entries - 1L) * entries / 2);
      map.zero();
      assertThat(sum(map)).isZero();
      assertThat(map.forEach((_, _, _, _) -> {})).isEqualTo(entries);
      map.clear();
      assertThat(map.forEach((_, _, _, _) -> {})).isZero();
      map.clear();
    }
  }

  @Test
  void aMillionKeysAreReadWithoutOneMissing() {
    int entries = 1_000_000;
    try (Kernel kernel = Kernel.host();
        LoadedObject object = load(kernel, new MapSpec("map", MapType.HASH, 4, 8, entries));
        Arena arena = Arena.ofConfined()) {
      LoadedMap map = object.map("map");
      MemorySegment key = arena.allocate(4, 4);
      MemorySegment value = arena.allocate(8, 8);
      for (int i = 0; i < entries; i++) {
        key.set(JAVA_INT, 0, i);
        value.set(JAVA_LONG, 0, i);
        map.update(key, value);
      }
      boolean[] seen = new boolean[entries];
      long count =
          map.forEach(
              (keys, keyOffset, values, valueOffset) -> {
                int k = keys.get(JAVA_INT, keyOffset);
                assert values.get(JAVA_LONG, valueOffset) == k;
                assert !seen[k];
                seen[k] = true;
              });
      assertThat(count).isEqualTo(entries);
      map.clear();
      assertThat(map.forEach((_, _, _, _) -> {})).isZero();
    }
  }

  @Test
  void anArrayBringsItsContentsOnEveryCpu() {
    Bytes contents = Bytes.of(new byte[] {1, 0, 0, 0, 2});
    MapSpec spec = new MapSpec("map", MapType.PERCPU_ARRAY, 4, 4, 3, 0, contents);
    try (Kernel kernel = Kernel.host();
        LoadedObject object = load(kernel, spec)) {
      LoadedMap map = object.map("map");
      long[] sums = new long[3];
      map.forEach(
          (keys, keyOffset, values, valueOffset) -> {
            for (int cpu = 0; cpu < map.cpus(); cpu++) {
              sums[keys.get(JAVA_INT, keyOffset)] +=
                  values.get(JAVA_INT, valueOffset + (long) cpu * map.cpuStride());
            }
          });
      assertThat(sums).containsExactly(map.cpus(), 2L * map.cpus(), 0);
      map.clear();
      assertThat(map.as(Codec.INT, Codec.INT).get(0)).contains(0);
    }
  }

  @Test
  void isSeenThroughTypes() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = load(kernel, new MapSpec("map", MapType.HASH, 4, 8, 2))) {
      TypedMap<Integer, Long> map = object.map("map").as(Codec.INT, Codec.LONG);
      assertThat(map.get(1)).isEmpty();
      map.put(1, 10L);
      map.put(1, 11L);
      map.put(2, 20L);
      assertThat(map.get(1)).contains(11L);
      long[] sum = {0};
      map.forEach((key, value) -> sum[0] += key * value);
      assertThat(sum[0]).isEqualTo(51);
      assertThatThrownBy(() -> map.put(3, 30L)).hasMessageContaining("E2BIG");
      assertThat(map.remove(1)).isTrue();
      assertThat(map.remove(1)).isFalse();
      assertThatThrownBy(() -> object.map("map").as(Codec.INT, Codec.INT))
          .hasMessageContaining("8 byte values");
    }
  }
}
