package io.waggle.kernel;

import io.waggle.bpf.MapType;
import io.waggle.linux.Bpf;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.MapAttributes;
import io.waggle.linux.Mapping;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Makes the smallest map of a type, to learn whether the kernel has the type. */
final class MapTrial {
  private static final int NO_PREALLOC = 1;
  private static final int MMAPABLE = 1 << 10;

  /** BTF of one type, a number of 32 bits (Documentation/bpf/btf.rst), as words. */
  private static final int[] NUMBER = {
    ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0x1eb9f : 0xeb9f0100,
    24, // bytes of this header
    0, // the types follow at once,
    16, // so many bytes,
    16, // and then the names,
    4, // so many bytes
    1, // the name's place
    1 << 24, // BTF_KIND_INT
    4, // bytes
    32, // bits
    ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0x6e00 : 0x6e0000 // "", "n"
  };

  private MapTrial() {}

  /** Whether the kernel makes such a map. */
  static boolean isTaken(MapType type) {
    return switch (type) {
      case UNSPEC -> false;
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> nested(type);
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> storage(type);
      // Without a kernel's type there is no such map, which a kernel that has them says otherwise.
      case STRUCT_OPS ->
          isTaken(
              new MapAttributes(type.id(), "probe", 4, 4, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0),
              Errno.ENOTSUPP);
      case LPM_TRIE -> isTaken(plain(type, 8, 8, 1, NO_PREALLOC));
      case STACK_TRACE -> isTaken(plain(type, 4, 8, 1, 0));
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> isTaken(plain(type, 16, 8, 0, 0));
      case QUEUE, STACK, BLOOM_FILTER -> isTaken(plain(type, 0, 4, 1, 0));
      case RINGBUF, USER_RINGBUF -> isTaken(plain(type, 0, 0, Mapping.pageSize(), 0));
      case ARENA -> isTaken(plain(type, 0, 0, 1, MMAPABLE));
      default -> isTaken(plain(type, 4, 4, 1, 0));
    };
  }

  private static MapAttributes plain(MapType type, int key, int value, int entries, int flags) {
    return new MapAttributes(type.id(), "probe", key, value, entries, flags, 0, 0, 0, 0, 0, 0);
  }

  private static boolean nested(MapType type) {
    try (BpfMap inner = BpfMap.create(plain(MapType.ARRAY, 4, 4, 1, 0))) {
      int template = inner.fd().number();
      return isTaken(new MapAttributes(type.id(), "probe", 4, 4, 1, 0, template, 0, 0, 0, 0, 0));
    }
  }

  /** What is stored with sockets, inodes and tasks must be typed: its key is a number. */
  private static boolean storage(MapType type) {
    try (Arena arena = Arena.ofConfined();
        Fd types = Bpf.loadBtf(arena.allocateFrom(ValueLayout.JAVA_INT, NUMBER))) {
      int fd = types.number();
      return isTaken(
          new MapAttributes(type.id(), "probe", 4, 4, 0, NO_PREALLOC, 0, fd, 1, 1, 0, 0));
    }
  }

  /** Whether it is made, or refused in a way that only a kernel with the type has. */
  private static boolean isTaken(MapAttributes attributes, int... known) {
    try (BpfMap map = BpfMap.create(attributes)) {
      return map.fd().isOpen();
    } catch (SystemCallException refused) {
      if (refused instanceof PermissionDeniedException denied && !denied.missing().isEmpty()) {
        throw denied;
      }
      for (int errno : known) {
        if (refused.errno() == errno) {
          return true;
        }
      }
      return false;
    }
  }
}
