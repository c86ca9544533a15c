package io.waggle.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A BPF map, open. Keys and values are native memory of the caller; each call checks that they are
 * at least {@link #keySize} and {@link #valueBytes} long, and none keeps them.
 */
public final class BpfMap implements AutoCloseable {
  /** Create or overwrite the entry. */
  public static final int ANY = 0;

  /** Create the entry only, EEXIST when it is there. */
  public static final int NO_EXIST = 1;

  /** Overwrite the entry only, ENOENT when it is not there. */
  public static final int EXIST = 2;

  /** With another flag: take the spin lock that is in the value (BPF_F_LOCK, Linux 5.1). */
  public static final int LOCK = 4;

  private static final int CREATE_BYTES = 72; // up to and with map_extra
  private static final int CREATE_MODULE_BYTES = 76; // and value_type_btf_obj_fd
  private static final int BATCH_BYTES = 56;
  private static final int DESCRIPTION_BYTES = 104; // struct bpf_map_info

  private final Fd fd;
  private final int type;
  private final int keySize;
  private final int valueSize;
  private final int valueBytes;
  private final int maxEntries;

  private BpfMap(Fd fd, int type, int keySize, int valueSize, int maxEntries) {
    this.fd = fd;
    this.type = type;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.valueBytes = perCpu(type) ? (valueSize + 7 & -8) * Cpus.possible() : valueSize;
    this.maxEntries = maxEntries;
  }

  /** Creates a map. */
  public static BpfMap create(MapAttributes map) {
    Attributes attributes =
        Native.attributes()
            .u32(0, map.type())
            .u32(4, map.keySize())
            .u32(8, map.valueSize())
            .u32(12, map.maxEntries())
            .u32(16, map.flags())
            .u32(20, map.innerMap())
            .u32(24, map.numaNode())
            .name(28, map.name())
            .u32(48, map.btf())
            .u32(52, map.btfKeyType())
            .u32(56, map.btfValueType())
            .u32(60, map.kernelValueType())
            .u64(64, map.extra())
            .u32(72, map.moduleTypes());
    int size = map.moduleTypes() == 0 ? CREATE_BYTES : CREATE_MODULE_BYTES;
    long fd = Bpf.call(Bpf.MAP_CREATE, attributes, size);
    if (fd < 0) {
      throw Bpf.failed(
          "BPF_MAP_CREATE, '%s', map type %d, %d byte key, %d byte value, %d entries"
              .formatted(map.name(), map.type(), map.keySize(), map.valueSize(), map.maxEntries()),
          fd,
          Capability.BPF);
    }
    return new BpfMap(new Fd(fd), map.type(), map.keySize(), map.valueSize(), map.maxEntries());
  }

  /** The map behind a descriptor (pinned, or opened by id), which it owns from now on. */
  public static BpfMap of(Fd fd) {
    MapDescription map = describe(fd);
    return new BpfMap(fd, map.type(), map.keySize(), map.valueSize(), map.maxEntries());
  }

  // kernel/bpf/syscall.c, bpf_map_value_size: the types that hold a value for each possible CPU
  private static boolean perCpu(int type) {
    return type == 5 || type == 6 || type == 10 || type == 21;
  }

  /** Whether each entry has a value for every possible CPU. */
  public boolean isPerCpu() {
    return perCpu(type);
  }

  public Fd fd() {
    return fd;
  }

  /** The map type's number, {@code enum bpf_map_type}. */
  public int type() {
    return type;
  }

  /** Bytes of a key. */
  public int keySize() {
    return keySize;
  }

  /** Bytes of one CPU's value. */
  public int valueSize() {
    return valueSize;
  }

  /**
   * Bytes that a lookup writes and an update reads: the value's size or, for per-CPU maps, that
   * rounded up to 8 times the number of possible CPUs.
   */
  public int valueBytes() {
    return valueBytes;
  }

  public int maxEntries() {
    return maxEntries;
  }

  /** Copies the value of a key into {@code value}; false when there is no such key. */
  public boolean lookup(MemorySegment key, MemorySegment value) {
    check(value, valueBytes);
    return found(Bpf.MAP_LOOKUP_ELEM, key, value, "BPF_MAP_LOOKUP_ELEM");
  }

  /** As {@link #lookup}, holding the spin lock that is in the value. The lock reads as 0. */
  public boolean lookupLocked(MemorySegment key, MemorySegment value) {
    check(value, valueBytes);
    check(key, keySize);
    Attributes attributes =
        Native.attributes().u32(0, fd.number()).pointer(8, key).pointer(16, value).u64(24, LOCK);
    long result = Bpf.call(Bpf.MAP_LOOKUP_ELEM, attributes, 32);
    if (result < 0 && result != -Errno.ENOENT) {
      throw failed("BPF_MAP_LOOKUP_ELEM, locked", result);
    }
    return result >= 0;
  }

  /**
   * As {@link #lookup}, and removes the entry. Hash maps since Linux 5.14, queues and stacks since
   * 4.20.
   */
  public boolean lookupAndDelete(MemorySegment key, MemorySegment value) {
    check(value, valueBytes);
    return found(Bpf.MAP_LOOKUP_AND_DELETE_ELEM, key, value, "BPF_MAP_LOOKUP_AND_DELETE_ELEM");
  }

  /**
   * Sets the value of a key.
   *
   * @param flags {@link #ANY}, {@link #NO_EXIST} or {@link #EXIST}, perhaps with {@link #LOCK}
   * @throws SystemCallException E2BIG when the map is full
   */
  public void update(MemorySegment key, MemorySegment value, long flags) {
    check(key, keySize);
    check(value, valueBytes);
    Attributes attributes =
        Native.attributes().u32(0, fd.number()).pointer(8, key).pointer(16, value).u64(24, flags);
    long result = Bpf.call(Bpf.MAP_UPDATE_ELEM, attributes, 32);
    if (result < 0) {
      throw failed("BPF_MAP_UPDATE_ELEM", result);
    }
  }

  /** Removes an entry; false when there is no such key. */
  public boolean delete(MemorySegment key) {
    return found(Bpf.MAP_DELETE_ELEM, key, MemorySegment.NULL, "BPF_MAP_DELETE_ELEM");
  }

  /** Writes the first key into {@code first}; false when the map is empty. */
  public boolean firstKey(MemorySegment first) {
    check(first, keySize);
    return next(MemorySegment.NULL, first);
  }

  /**
   * Writes the key after {@code key} into {@code next} (which may be the same memory); false after
   * the last. A hash map starts over when {@code key} has been deleted meanwhile.
   */
  public boolean nextKey(MemorySegment key, MemorySegment next) {
    check(key, keySize);
    check(next, keySize);
    return next(key, next);
  }

  private boolean next(MemorySegment key, MemorySegment next) {
    Attributes attributes =
        Native.attributes().u32(0, fd.number()).pointer(8, key).pointer(16, next);
    long result = Bpf.call(Bpf.MAP_GET_NEXT_KEY, attributes, 32);
    if (result < 0 && result != -Errno.ENOENT) {
      throw failed("BPF_MAP_GET_NEXT_KEY", result);
    }
    return result >= 0;
  }

  private boolean found(int command, MemorySegment key, MemorySegment value, String name) {
    check(key, keySize);
    Attributes attributes =
        Native.attributes().u32(0, fd.number()).pointer(8, key).pointer(16, value);
    long result = Bpf.call(command, attributes, 32);
    if (result < 0 && result != -Errno.ENOENT) {
      throw failed(name, result);
    }
    return result >= 0;
  }

  /**
   * What a batch read brought.
   *
   * @param count entries read
   * @param last whether they were the last
   */
  public record Batch(int count, boolean last) {}

  /**
   * Reads up to {@code count} entries in one call (Linux 5.6, not for every map type).
   *
   * @param in where to go on: {@code out} of the call before, {@link MemorySegment#NULL} to begin
   * @param out at least 8 bytes and at least a key, written by the kernel
   * @param keys memory for {@code count} keys
   * @param values memory for {@code count} times {@link #valueBytes}
   * @throws SystemCallException ENOSPC when a bucket of a hash map holds more than {@code count}
   *     entries; EINVAL or ENOTSUPP where the kernel or map type has no batches
   */
  public Batch lookupBatch(
      MemorySegment in, MemorySegment out, MemorySegment keys, MemorySegment values, int count) {
    return batch(Bpf.MAP_LOOKUP_BATCH, in, out, keys, values, count);
  }

  /** As {@link #lookupBatch}, and removes what it reads; hash maps only. */
  public Batch lookupAndDeleteBatch(
      MemorySegment in, MemorySegment out, MemorySegment keys, MemorySegment values, int count) {
    return batch(Bpf.MAP_LOOKUP_AND_DELETE_BATCH, in, out, keys, values, count);
  }

  private Batch batch(
      int command,
      MemorySegment in,
      MemorySegment out,
      MemorySegment keys,
      MemorySegment values,
      int count) {
    check(out, Math.max(8, keySize));
    check(keys, (long) count * keySize);
    check(values, (long) count * valueBytes);
    if (in.address() != 0) {
      check(in, Math.max(8, keySize));
    }
    Attributes attributes =
        Native.attributes()
            .pointer(0, in)
            .pointer(8, out)
            .pointer(16, keys)
            .pointer(24, values)
            .u32(32, count)
            .u32(36, fd.number());
    long result = Bpf.call(command, attributes, BATCH_BYTES);
    // kernel/bpf/hashtab.c: ENOENT says the end was reached, with count set to what was read
    if (result < 0 && result != -Errno.ENOENT) {
      throw failed("BPF_MAP_LOOKUP_BATCH", result);
    }
    return new Batch(attributes.u32(32), result < 0);
  }

  /**
   * Sets {@code count} entries in one call.
   *
   * @param flags as of {@link #update}
   */
  public void updateBatch(MemorySegment keys, MemorySegment values, int count, long flags) {
    check(keys, (long) count * keySize);
    check(values, (long) count * valueBytes);
    Attributes attributes =
        Native.attributes()
            .pointer(16, keys)
            .pointer(24, values)
            .u32(32, count)
            .u32(36, fd.number())
            .u64(40, flags);
    long result = Bpf.call(Bpf.MAP_UPDATE_BATCH, attributes, BATCH_BYTES);
    if (result < 0) {
      throw failed("BPF_MAP_UPDATE_BATCH", result);
    }
  }

  /** Removes {@code count} entries in one call, stopping at a key that is not there. */
  public int deleteBatch(MemorySegment keys, int count) {
    check(keys, (long) count * keySize);
    Attributes attributes =
        Native.attributes().pointer(16, keys).u32(32, count).u32(36, fd.number());
    long result = Bpf.call(Bpf.MAP_DELETE_BATCH, attributes, BATCH_BYTES);
    if (result < 0 && result != -Errno.ENOENT) {
      throw failed("BPF_MAP_DELETE_BATCH", result);
    }
    return attributes.u32(32);
  }

  /** Makes the map read-only for user space from now on; programs may still write. */
  public void freeze() {
    long result = Bpf.call(Bpf.MAP_FREEZE, Native.attributes().u32(0, fd.number()), 4);
    if (result < 0) {
      throw failed("BPF_MAP_FREEZE", result);
    }
  }

  /** What the kernel says about this map. */
  public MapDescription describe() {
    return describe(fd);
  }

  private static MapDescription describe(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(DESCRIPTION_BYTES, 8);
      Bpf.describe(fd, map);
      return new MapDescription(
          Bpf.u32(map, 4),
          Bpf.u32(map, 0),
          Bpf.name(map, 24),
          Bpf.u32(map, 8),
          Bpf.u32(map, 12),
          Bpf.u32(map, 16),
          Bpf.u32(map, 20));
    }
  }

  /**
   * Maps the memory of an array map made with {@code BPF_F_MMAPABLE}: values are read and written
   * without any call, each rounded up to 8 bytes.
   */
  public Optional<Mapping> map() {
    if ((describe().flags() & 1 << 10) == 0) { // BPF_F_MMAPABLE
      return Optional.empty();
    }
    long bytes = (long) (valueSize + 7 & -8) * maxEntries;
    return Optional.of(Mapping.of(fd, 0, Mapping.wholePages(bytes), Mapping.Access.READ_WRITE));
  }

  private SystemCallException failed(String command, long result) {
    String arguments = "%s, map type %d, %d byte key, %d byte value, %d entries";
    return Bpf.failed(
        arguments.formatted(command, type, keySize, valueSize, maxEntries), result, Capability.BPF);
  }

  private static void check(MemorySegment memory, long bytes) {
    if (memory.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "memory of %d bytes where the map needs %d".formatted(memory.byteSize(), bytes));
    }
  }

  /** Closes the descriptor; the map lives on while programs use it or it is pinned. */
  @Override
  public void close() {
    fd.close();
  }
}
