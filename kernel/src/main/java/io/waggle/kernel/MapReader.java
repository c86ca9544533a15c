package io.waggle.kernel;

import io.waggle.linux.BpfMap;
import io.waggle.linux.Errno;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Walks over a whole map: in batches, or key by key where the kernel or the map type has none. */
final class MapReader implements AutoCloseable {
  /** Bytes of keys and values that a batch asks for. */
  private static final int BATCH_BYTES = 1 << 20;

  private final Arena arena = Arena.ofConfined();
  private final BpfMap map;
  private final int keyBytes;
  private final int valueBytes;
  private int room;
  private long seen;
  private MemorySegment keys = MemorySegment.NULL;
  private MemorySegment values = MemorySegment.NULL;

  MapReader(BpfMap map) {
    this.map = map;
    this.keyBytes = map.keySize();
    this.valueBytes = map.valueBytes();
    this.room = Math.clamp(BATCH_BYTES / (keyBytes + valueBytes), 16, map.maxEntries() + 16);
  }

  /** Hands on all entries and answers how many. */
  long forEach(EntrySink sink) {
    if (map.maxEntries() == 1) {
      return oneByOne(sink);
    }
    try {
      return batches(sink, false);
    } catch (SystemCallException refused) {
      if (!withoutBatches(refused)) {
        throw refused;
      }
      return oneByOne(sink);
    }
  }

  /** Hands on and removes all entries of a hash map and answers how many. */
  long drain(EntrySink sink) {
    return batches(sink, true);
  }

  /** Removes all entries of a hash map. */
  void clear() {
    try {
      batches((_, _, _, _) -> {}, true);
    } catch (SystemCallException refused) {
      if (!withoutBatches(refused)) {
        throw refused;
      }
      deleteOneByOne();
    }
  }

  /** A kernel or map type without batches refuses the first one. */
  private boolean withoutBatches(SystemCallException refused) {
    return seen == 0 && (refused.errno() == Errno.EINVAL || refused.errno() == Errno.ENOTSUPP);
  }

  private long batches(EntrySink sink, boolean delete) {
    MemorySegment token = arena.allocate(Math.max(8, keyBytes), 8);
    MemorySegment in = MemorySegment.NULL;
    makeRoom();
    for (; ; in = token) {
      BpfMap.Batch batch = batch(in, token, delete);
      seen += batch.count();
      for (int i = 0; i < batch.count(); i++) {
        sink.entry(keys, (long) i * keyBytes, values, (long) i * valueBytes);
      }
      if (batch.last()) {
        return seen;
      }
    }
  }

  /** The kernel hands out whole buckets, and refuses where the next one does not fit. */
  private BpfMap.Batch batch(MemorySegment in, MemorySegment token, boolean delete) {
    while (true) {
      try {
        return delete
            ? map.lookupAndDeleteBatch(in, token, keys, values, room)
            : map.lookupBatch(in, token, keys, values, room);
      } catch (SystemCallException refused) {
        if (refused.errno() != Errno.ENOSPC || room > map.maxEntries()) {
          throw refused;
        }
        room *= 4;
        makeRoom();
      }
    }
  }

  private void makeRoom() {
    keys = arena.allocate((long) room * keyBytes, 8);
    values = arena.allocate((long) room * valueBytes, 8);
  }

  private long oneByOne(EntrySink sink) {
    MemorySegment key = arena.allocate(keyBytes, 8);
    MemorySegment value = arena.allocate(valueBytes, 8);
    long total = 0;
    for (boolean more = map.firstKey(key); more; more = map.nextKey(key, key)) {
      if (map.lookup(key, value)) {
        sink.entry(key, 0, value, 0);
        total++;
      }
    }
    return total;
  }

  /** Steps to the next key before a key goes: after a missing key the kernel starts over. */
  private void deleteOneByOne() {
    MemorySegment key = arena.allocate(keyBytes, 8);
    MemorySegment next = arena.allocate(keyBytes, 8);
    for (boolean more = map.firstKey(key); more; ) {
      more = map.nextKey(key, next);
      map.delete(key);
      key.copyFrom(next);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
