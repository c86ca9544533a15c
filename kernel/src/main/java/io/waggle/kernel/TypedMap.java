package io.waggle.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A map seen through types. Convenient, not for hot paths: every call makes objects. Of per-CPU
 * maps it reads the first CPU's value; use {@link LoadedMap#forEach} for all.
 */
public final class TypedMap<K, V> {
  private final LoadedMap map;
  private final Codec<K> keys;
  private final Codec<V> values;

  TypedMap(LoadedMap map, Codec<K> keys, Codec<V> values) {
    if (keys.size() != map.spec().keySize() || values.size() != map.spec().valueSize()) {
      throw new IllegalArgumentException(
          "map %s has %d byte keys and %d byte values, not %d and %d"
              .formatted(
                  map.spec().name(),
                  map.spec().keySize(),
                  map.spec().valueSize(),
                  keys.size(),
                  values.size()));
    }
    this.map = map;
    this.keys = keys;
    this.values = values;
  }

  /** The value of a key, if it is there. */
  public Optional<V> get(K key) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      return map.lookup(keyIn(arena, key), value)
          ? Optional.of(values.read(value, 0))
          : Optional.empty();
    }
  }

  /**
   * Sets the value of a key, of per-CPU maps on every CPU.
   *
   * @throws io.waggle.linux.SystemCallException E2BIG when the map is full
   */
  public void put(K key, V value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(map.valueBytes(), 8);
      for (int cpu = 0; cpu < map.cpus(); cpu++) {
        values.write(value, bytes, (long) cpu * map.cpuStride());
      }
      map.update(keyIn(arena, key), bytes);
    }
  }

  /** Removes a key; false when it was not there. */
  public boolean remove(K key) {
    try (Arena arena = Arena.ofConfined()) {
      return map.delete(keyIn(arena, key));
    }
  }

  /** Walks over all entries, in no order. */
  public void forEach(BiConsumer<? super K, ? super V> action) {
    map.forEach(
        (k, keyOffset, v, valueOffset) ->
            action.accept(keys.read(k, keyOffset), values.read(v, valueOffset)));
  }

  private MemorySegment keyIn(Arena arena, K key) {
    MemorySegment bytes = arena.allocate(keys.size(), 8);
    keys.write(key, bytes, 0);
    return bytes;
  }
}
