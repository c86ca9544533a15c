package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * bpf(2) itself: its command numbers ({@code include/uapi/linux/bpf.h}), the call, and the commands
 * that belong to no single object.
 */
public final class Bpf {
  static final int MAP_CREATE = 0;
  static final int MAP_LOOKUP_ELEM = 1;
  static final int MAP_UPDATE_ELEM = 2;
  static final int MAP_DELETE_ELEM = 3;
  static final int MAP_GET_NEXT_KEY = 4;
  static final int PROG_LOAD = 5;
  static final int OBJ_PIN = 6;
  static final int OBJ_GET = 7;
  static final int PROG_ATTACH = 8;
  static final int PROG_DETACH = 9;
  static final int PROG_TEST_RUN = 10;
  static final int PROG_GET_NEXT_ID = 11;
  static final int MAP_GET_NEXT_ID = 12;
  static final int PROG_GET_FD_BY_ID = 13;
  static final int MAP_GET_FD_BY_ID = 14;
  static final int OBJ_GET_INFO_BY_FD = 15;
  static final int PROG_QUERY = 16;
  static final int RAW_TRACEPOINT_OPEN = 17;
  static final int BTF_LOAD = 18;
  static final int BTF_GET_FD_BY_ID = 19;
  static final int MAP_LOOKUP_AND_DELETE_ELEM = 21;
  static final int MAP_FREEZE = 22;
  static final int BTF_GET_NEXT_ID = 23;
  static final int MAP_LOOKUP_BATCH = 24;
  static final int MAP_LOOKUP_AND_DELETE_BATCH = 25;
  static final int MAP_UPDATE_BATCH = 26;
  static final int MAP_DELETE_BATCH = 27;
  static final int LINK_CREATE = 28;
  static final int LINK_UPDATE = 29;
  static final int LINK_GET_FD_BY_ID = 30;
  static final int LINK_GET_NEXT_ID = 31;
  static final int ENABLE_STATS = 32;
  static final int ITER_CREATE = 33;
  static final int LINK_DETACH = 34;

  private static final int STATS_RUN_TIME = 0;

  private Bpf() {}

  /** Makes the call with the attributes' first {@code size} bytes; negated errno on failure. */
  static long call(int command, Attributes attributes, int size) {
    return Native.call(Syscall.BPF, command, attributes.address(), size);
  }

  static SystemCallException failed(String arguments, long result, Capability... needed) {
    return SystemCallException.of("bpf", arguments, result, needed);
  }

  /**
   * Makes the kernel count runs and run time of programs until the descriptor is closed. Costs each
   * program run two clock reads.
   *
   * @throws SystemCallException EINVAL before Linux 5.8
   */
  public static Fd enableStats() {
    Attributes attributes = Native.attributes().u32(0, STATS_RUN_TIME);
    long fd = call(ENABLE_STATS, attributes, 4);
    if (fd < 0) {
      throw failed("BPF_ENABLE_STATS, run time", fd, Capability.SYS_ADMIN);
    }
    return new Fd(fd);
  }

  /**
   * Loads BTF, for the types of a program or map.
   *
   * @throws SystemCallException EINVAL for BTF the kernel does not accept
   */
  public static Fd loadBtf(MemorySegment btf) {
    Attributes attributes =
        Native.attributes().pointer(0, btf).u32(16, Math.toIntExact(btf.byteSize()));
    long fd = call(BTF_LOAD, attributes, 28);
    if (fd < 0) {
      throw failed("BPF_BTF_LOAD, " + btf.byteSize() + " bytes", fd, Capability.BPF);
    }
    return new Fd(fd);
  }

  /** Pins a program, map or link at a path in a BPF file system; unlink the path to let it go. */
  public static void pin(Fd object, String path) {
    try (Arena arena = Arena.ofConfined()) {
      Attributes attributes =
          Native.attributes().pointer(0, arena.allocateFrom(path)).u32(8, object.number());
      long result = call(OBJ_PIN, attributes, 12);
      if (result < 0) {
        throw failed("BPF_OBJ_PIN, " + path, result, Capability.BPF);
      }
    }
  }

  /** Opens what is pinned at a path. */
  public static Fd pinned(String path) {
    try (Arena arena = Arena.ofConfined()) {
      Attributes attributes = Native.attributes().pointer(0, arena.allocateFrom(path));
      long fd = call(OBJ_GET, attributes, 12);
      if (fd < 0) {
        throw failed("BPF_OBJ_GET, " + path, fd, Capability.BPF);
      }
      return new Fd(fd);
    }
  }

  /** Fills {@code into} with the kernel's description of an object; what it has not stays 0. */
  static void describe(Fd object, MemorySegment into) {
    Attributes attributes =
        Native.attributes()
            .u32(0, object.number())
            .u32(4, Math.toIntExact(into.byteSize()))
            .pointer(8, into);
    long result = call(OBJ_GET_INFO_BY_FD, attributes, 16);
    if (result < 0) {
      throw failed("BPF_OBJ_GET_INFO_BY_FD, " + object, result, Capability.SYS_ADMIN);
    }
  }

  /** The name in a description: up to 16 bytes, ended by NUL when shorter. */
  static String name(MemorySegment description, long offset) {
    byte[] bytes = description.asSlice(offset, 16).toArray(JAVA_BYTE);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }

  static int u32(MemorySegment description, long offset) {
    return description.get(JAVA_INT, offset);
  }

  static long u64(MemorySegment description, long offset) {
    return description.get(JAVA_LONG, offset);
  }

  /** Copies ints into native memory, as arrays in attributes are passed. */
  static MemorySegment ints(Arena arena, int[] values) {
    return values.length == 0 ? MemorySegment.NULL : arena.allocateFrom(JAVA_INT, values);
  }

  /** Copies longs into native memory, as arrays in attributes are passed. */
  static MemorySegment longs(Arena arena, long[] values) {
    return values.length == 0 ? MemorySegment.NULL : arena.allocateFrom(JAVA_LONG, values);
  }
}
