package io.waggle.kernel;

import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Cpus;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.MapAttributes;
import io.waggle.linux.MapDescription;
import io.waggle.linux.Mapping;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** A map that is alive in the kernel. */
public final class LoadedMap implements AutoCloseable {
  private final MapSpec spec;
  private final BpfMap map;

  /**
   * An arena's memory, mapped from the start: the kernel wants to know where it lies before it
   * loads a program that uses it.
   */
  private Optional<Mapping> arena = Optional.empty();

  private LoadedMap(MapSpec spec, BpfMap map) {
    this.spec = spec;
    this.map = map;
  }

  static LoadedMap create(MapSpec spec) {
    return create(spec, Optional.empty(), 0);
  }

  /**
   * Makes a map.
   *
   * @param inner what maps in it look like
   * @param btf number of the descriptor of the types that the declaration refers to, 0 for none
   */
  static LoadedMap create(MapSpec spec, Optional<LoadedMap> inner, int btf) {
    // A perf event array has an entry for each CPU that could be there, whatever was declared.
    int entries = spec.type() == MapType.PERF_EVENT_ARRAY ? Cpus.possible() : spec.maxEntries();
    BpfMap map =
        BpfMap.create(
            new MapAttributes(
                spec.type().id(),
                spec.name(),
                spec.keySize(),
                spec.valueSize(),
                entries,
                spec.flags(),
                inner.map(its -> its.fd().number()).orElse(0),
                btf,
                btf == 0 ? 0 : spec.traits().keyType(),
                btf == 0 ? 0 : spec.traits().valueType(),
                Math.max(spec.traits().numaNode(), 0),
                spec.traits().extra()));
    LoadedMap loaded = new LoadedMap(spec, map);
    try {
      loaded.fill();
      return loaded;
    } catch (RuntimeException failure) {
      loaded.close();
      throw failure;
    }
  }

  /** A map that was there before. */
  static LoadedMap of(MapSpec spec, BpfMap map) {
    LoadedMap loaded = new LoadedMap(spec, map);
    if (spec.type() == MapType.ARENA) {
      loaded.mapArena();
    }
    return loaded;
  }

  private void mapArena() {
    long bytes = (long) Mapping.pageSize() * spec.maxEntries();
    arena = Optional.of(Mapping.of(map.fd(), 0, bytes, Mapping.Access.READ_WRITE));
  }

  private void fill() {
    if (spec.type() == MapType.ARENA) {
      mapArena();
      arena().segment().copyFrom(MemorySegment.ofArray(spec.contents().toArray()));
      return;
    }
    byte[] contents = spec.contents().toArray();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(4);
      MemorySegment value = arena.allocate(valueBytes(), 8);
      for (int index = 0; index * spec.valueSize() < contents.length; index++) {
        int start = index * spec.valueSize();
        int length = Math.min(spec.valueSize(), contents.length - start);
        value.fill((byte) 0);
        for (int cpu = 0; cpu < cpus(); cpu++) {
          long at = (long) cpu * cpuStride();
          MemorySegment.copy(contents, start, value, ValueLayout.JAVA_BYTE, at, length);
        }
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

  /** What the kernel says of it. */
  public MapDescription describe() {
    return map.describe();
  }

  /** Whether each entry has a value for every possible CPU. */
  public boolean isPerCpu() {
    return map.isPerCpu();
  }

  /** How many values an entry has: 1, or of per-CPU maps one for each possible CPU. */
  public int cpus() {
    return map.isPerCpu() ? Cpus.possible() : 1;
  }

  /** Bytes from one CPU's value to the next. */
  public int cpuStride() {
    return valueBytes() / cpus();
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

  /** Creates an entry; false if the key is there, whose value stays. */
  public boolean insert(MemorySegment key, MemorySegment value) {
    return unless(Errno.EEXIST, key, value, BpfMap.NO_EXIST);
  }

  /** Overwrites an entry; false if the key is not there. */
  public boolean replace(MemorySegment key, MemorySegment value) {
    return unless(Errno.ENOENT, key, value, BpfMap.EXIST);
  }

  private boolean unless(int errno, MemorySegment key, MemorySegment value, int flags) {
    try {
      map.update(key, value, flags);
      return true;
    } catch (SystemCallException refused) {
      if (refused.errno() != errno) {
        throw refused;
      }
      return false;
    }
  }

  /**
   * As {@link #update}, holding the {@code struct bpf_spin_lock} that is in the value: programs
   * that hold it see all of the new value or nothing. The lock's own bytes are left out.
   *
   * @throws SystemCallException EINVAL if the map's value has no lock
   */
  public void updateLocked(MemorySegment key, MemorySegment value) {
    map.update(key, value, BpfMap.LOCK);
  }

  /** As {@link #lookup}, holding the lock that is in the value, whose bytes read as 0. */
  public boolean lookupLocked(MemorySegment key, MemorySegment value) {
    return map.lookupLocked(key, value);
  }

  /** As {@link #lookup}, and removes the entry (Linux 5.14, hash maps). */
  public boolean lookupAndDelete(MemorySegment key, MemorySegment value) {
    return map.lookupAndDelete(key, value);
  }

  /**
   * Creates or overwrites many entries in one call (Linux 5.6, most map types).
   *
   * @param keys one after another
   * @param values one after another, {@link #valueBytes} each
   * @throws SystemCallException E2BIG when the map is full; those before are in it
   */
  public void updateAll(MemorySegment keys, MemorySegment values, int count) {
    map.updateBatch(keys, values, count, BpfMap.ANY);
  }

  /**
   * Removes many entries in one call, stopping at the first key that is not there.
   *
   * @return how many were removed
   */
  public int deleteAll(MemorySegment keys, int count) {
    return map.deleteBatch(keys, count);
  }

  /**
   * Hands on all entries and removes them; what programs add meanwhile stays, or is handed on, too.
   * In calls for many entries each, that miss nothing (Linux 5.6, hash maps).
   *
   * @return how many were handed on
   * @throws SystemCallException ENOTSUPP or EINVAL where the kernel or map type cannot
   */
  public long drain(EntrySink sink) {
    try (MapReader reader = new MapReader(map)) {
      return reader.drain(sink);
    }
  }

  /**
   * Puts another map into a map of maps.
   *
   * @param key in native memory
   */
  public void put(MemorySegment key, LoadedMap inner) {
    putDescriptor(key, inner.fd());
  }

  /** Puts a program into a program array, for tail calls from then on. */
  public void put(MemorySegment key, LoadedProgram program) {
    putDescriptor(key, program.fd());
  }

  private void putDescriptor(MemorySegment key, Fd descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      map.update(key, arena.allocateFrom(ValueLayout.JAVA_INT, descriptor.number()), BpfMap.ANY);
    }
  }

  /**
   * A map of this object's without keys: a queue, a stack or a Bloom filter.
   *
   * @throws IllegalArgumentException if the map has keys
   */
  public ValueMap values() {
    return new ValueMap(this, map);
  }

  /**
   * The memory of an arena, which programs see at the same addresses. It is this map's, and must
   * not be touched once that is closed. Pages come into being when first touched.
   *
   * @throws IllegalArgumentException if the map is no arena
   */
  public Mapping arena() {
    return arena.orElseThrow(
        () ->
            new IllegalArgumentException(
                "map '" + spec.name() + "' is a " + spec.type() + ", no ARENA"));
  }

  /**
   * The memory of an array that was declared with {@code BPF_F_MMAPABLE}: values 8-aligned one
   * after another, read and written without any call. The caller closes it.
   */
  public Optional<Mapping> memory() {
    return map.map();
  }

  /** Makes the map read-only for user space from now on; programs may still write. */
  public void freeze() {
    map.freeze();
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
    try (MapReader reader = new MapReader(map)) {
      return reader.forEach(sink);
    }
  }

  /** Removes all entries; of an array, whose entries cannot go, makes the values zero. */
  public void clear() {
    if (isArray()) {
      zero();
      return;
    }
    try (MapReader reader = new MapReader(map)) {
      reader.clear();
    }
  }

  /** Makes all values zero and keeps the keys. */
  public void zero() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(valueBytes(), 8);
      MemorySegment key = arena.allocate(spec.keySize(), 8);
      forEach(
          (keys, keyOffset, _, _) -> {
            MemorySegment.copy(keys, keyOffset, key, 0, spec.keySize());
            setIfThere(key, zeros);
          });
    }
  }

  private void setIfThere(MemorySegment key, MemorySegment value) {
    try {
      map.update(key, value, BpfMap.EXIST);
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.ENOENT) { // a program has removed it meanwhile
        throw refused;
      }
    }
  }

  /** The map seen through types. */
  public <K, V> TypedMap<K, V> as(Codec<K> keys, Codec<V> values) {
    return new TypedMap<>(this, keys, values);
  }

  private boolean isArray() {
    return spec.type() == MapType.ARRAY || spec.type() == MapType.PERCPU_ARRAY;
  }

  @Override
  public void close() {
    arena.ifPresent(Mapping::close);
    map.close();
  }
}
