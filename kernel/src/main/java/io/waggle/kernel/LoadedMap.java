package io.waggle.kernel;

import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.MapAttributes;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A map that is alive in the kernel. */
public final class LoadedMap implements AutoCloseable {
  /** Bytes of keys and values that a batch asks for. */
  private static final int BATCH_BYTES = 1 << 20;

  private final MapSpec spec;
  private final BpfMap map;

  private LoadedMap(MapSpec spec, BpfMap map) {
    this.spec = spec;
    this.map = map;
  }

  static LoadedMap create(MapSpec spec) {
    BpfMap map =
        BpfMap.create(
            new MapAttributes(
                spec.type().id(),
                spec.name(),
                spec.keySize(),
                spec.valueSize(),
                spec.maxEntries(),
                spec.flags(),
                0,
                0,
                0,
                0));
    LoadedMap loaded = new LoadedMap(spec, map);
    try {
      loaded.fill();
      return loaded;
    } catch (RuntimeException failure) {
      map.close();
      throw failure;
    }
  }

  private void fill() {
    byte[] contents = spec.contents().toArray();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(4);
      MemorySegment value = arena.allocate(spec.valueSize(), 8);
      for (int index = 0; index * spec.valueSize() < contents.length; index++) {
        int start = index * spec.valueSize();
        int length = Math.min(spec.valueSize(), contents.length - start);
        value.fill((byte) 0);
        MemorySegment.copy(contents, start, value, ValueLayout.JAVA_BYTE, 0, length);
        key.set(ValueLayout.JAVA_INT, 0, index);
        map.update(key, value, BpfMap.ANY);
      }
    }
  }

  /** What it was made from. */
  public MapSpec spec() {
    return spec;
  }

  /** The open descriptor; remains this object's. */
  public Fd fd() {
    return map.fd();
  }

  /** Whether each entry has a value for every possible CPU. */
  public boolean isPerCpu() {
    return map.isPerCpu();
  }

  /** Bytes of an entry's value as read: of all CPUs, 8-aligned each, for per-CPU maps. */
  public int valueBytes() {
    return map.valueBytes();
  }

  /** Copies the value of a key into {@code value}; false when there is no such key. */
  public boolean lookup(MemorySegment key, MemorySegment value) {
    return map.lookup(key, value);
  }

  /**
   * Creates or overwrites an entry.
   *
   * @throws SystemCallException E2BIG when the map is full
   */
  public void update(MemorySegment key, MemorySegment value) {
    map.update(key, value, BpfMap.ANY);
  }

  /** Removes an entry; false when there is no such key. */
  public boolean delete(MemorySegment key) {
    return map.delete(key);
  }

  /**
   * Hands on all entries. Entries that programs add or remove meanwhile may be seen or not; a hash
   * map being changed all the time may show an entry twice.
   *
   * @return how many were handed on
   */
  public long forEach(EntrySink sink) {
    if (spec.maxEntries() == 1) {
      return oneByOne(sink);
    }
    try {
      return inBatches(sink);
    } catch (SystemCallException refused) {
      if (refused.errno() == Errno.EINVAL || refused.errno() == Errno.ENOTSUPP) {
        return oneByOne(sink); // a kernel or a map type without batches: nothing was handed on
      }
      throw refused;
    }
  }

  private long inBatches(EntrySink sink) {
    int keySize = spec.keySize();
    int count = Math.clamp(BATCH_BYTES / (keySize + valueBytes()), 16, spec.maxEntries() + 16);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = MemorySegment.NULL;
      MemorySegment out = arena.allocate(Math.max(8, keySize), 8);
      MemorySegment next = arena.allocate(Math.max(8, keySize), 8);
      MemorySegment keys = arena.allocate((long) count * keySize, 8);
      MemorySegment values = arena.allocate((long) count * valueBytes(), 8);
      long total = 0;
      while (true) {
        BpfMap.Batch batch;
        try {
          batch = map.lookupBatch(in, out, keys, values, count);
        } catch (SystemCallException refused) {
          if (refused.errno() != Errno.ENOSPC || count > spec.maxEntries()) {
            throw refused;
          }
          count *= 4; // the next bucket of the hash table alone holds more than fits
          keys = arena.allocate((long) count * keySize, 8);
          values = arena.allocate((long) count * valueBytes(), 8);
          continue;
        }
        for (int i = 0; i < batch.count(); i++) {
          sink.entry(keys, (long) i * keySize, values, (long) i * valueBytes());
        }
        total += batch.count();
        if (batch.last()) {
          return total;
        }
        in = out;
        out = next;
        next = in;
      }
    }
  }

  private long oneByOne(EntrySink sink) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(spec.keySize(), 8);
      MemorySegment value = arena.allocate(valueBytes(), 8);
      long total = 0;
      for (boolean more = map.firstKey(key); more; more = map.nextKey(key, key)) {
        if (map.lookup(key, value)) {
          sink.entry(key, 0, value, 0);
          total++;
        }
      }
      return total;
    }
  }

  /** Removes all entries; of an array, whose entries cannot go, makes the values zero. */
  public void clear() {
    if (isArray()) {
      zero();
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(spec.keySize(), 8);
      while (map.firstKey(key)) {
        map.delete(key);
      }
    }
  }

  /** Makes all values zero and keeps the keys. */
  public void zero() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(valueBytes(), 8);
      MemorySegment key = arena.allocate(spec.keySize(), 8);
      for (boolean more = map.firstKey(key); more; more = map.nextKey(key, key)) {
        map.update(key, zeros, BpfMap.ANY);
      }
    }
  }

  private boolean isArray() {
    return spec.type() == MapType.ARRAY || spec.type() == MapType.PERCPU_ARRAY;
  }

  @Override
  public void close() {
    map.close();
  }
}
