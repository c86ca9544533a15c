package io.waggle.kernel;

import io.waggle.bpf.MapType;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Errno;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * A map without keys: a queue, a stack, or a Bloom filter. Values are native memory of the caller,
 * at least as long as the map's.
 */
public final class ValueMap {
  private static final Set<MapType> TYPES =
      EnumSet.of(MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER);
  private static final MemorySegment NO_KEY = MemorySegment.NULL;

  private final LoadedMap map;
  private final BpfMap raw;

  ValueMap(LoadedMap map, BpfMap raw) {
    if (!TYPES.contains(map.spec().type())) {
      throw new IllegalArgumentException(
          "map '" + map.spec().name() + "' is a " + map.spec().type() + " and has keys");
    }
    this.map = map;
    this.raw = raw;
  }

  /** Puts a value in; false if there is no room (a Bloom filter always has some). */
  public boolean push(MemorySegment value) {
    try {
      raw.update(NO_KEY, value, BpfMap.ANY);
      return true;
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.E2BIG) {
        throw refused;
      }
      return false;
    }
  }

  /** As {@link #push}, and drops the oldest value where there is no room; queues and stacks. */
  public void pushOver(MemorySegment value) {
    notOfFilter("pushOver");
    raw.update(NO_KEY, value, BpfMap.EXIST);
  }

  /** Takes a value out: a queue's oldest, a stack's newest; false if there is none. */
  public boolean pop(MemorySegment value) {
    notOfFilter("pop");
    return raw.lookupAndDelete(NO_KEY, value);
  }

  /** Copies the value that {@link #pop} would take; false if there is none. */
  public boolean peek(MemorySegment value) {
    notOfFilter("peek");
    return raw.lookup(NO_KEY, value);
  }

  /** Whether a value may have been put into a Bloom filter; false is certain. */
  public boolean mayContain(MemorySegment value) {
    if (map.spec().type() != MapType.BLOOM_FILTER) {
      throw new UnsupportedOperationException(
          "map '" + map.spec().name() + "' is a " + map.spec().type() + ", no BLOOM_FILTER");
    }
    return raw.lookup(NO_KEY, value);
  }

  private void notOfFilter(String operation) {
    if (map.spec().type() == MapType.BLOOM_FILTER) {
      throw new UnsupportedOperationException(
          "map '" + map.spec().name() + "' is a BLOOM_FILTER, which has no " + operation);
    }
  }
}
