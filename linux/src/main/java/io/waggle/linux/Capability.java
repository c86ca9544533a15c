package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Capabilities that tracing needs, with their bit ({@code include/uapi/linux/capability.h}). */
public enum Capability {
  KILL(5),
  NET_ADMIN(12),
  NET_RAW(13),
  SYS_PTRACE(19),
  SYS_ADMIN(21),
  SYS_RESOURCE(24),
  SYSLOG(34),
  PERFMON(38),
  BPF(39);

  private static final int VERSION_3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /** Whether the calling thread has it in its effective set. */
  public boolean held() {
    return in(effective());
  }

  boolean in(long set) {
    return (set >>> bit & 1) != 0;
  }

  /** The effective set of the calling thread, a bit per capability. */
  static long effective() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(8, 8);
      MemorySegment sets = arena.allocate(24, 8); // two of {effective, permitted, inheritable}
      header.set(JAVA_INT, 0, VERSION_3);
      long result = Native.call(Syscall.CAPGET, header.address(), sets.address());
      if (result < 0) {
        throw SystemCallException.of("capget", "", result);
      }
      return Integer.toUnsignedLong(sets.get(JAVA_INT, 0)) | (long) sets.get(JAVA_INT, 12) << 32;
    }
  }

  /** The name as the kernel's documentation writes it, such as {@code CAP_BPF}. */
  @Override
  public String toString() {
    return "CAP_" + name();
  }
}
