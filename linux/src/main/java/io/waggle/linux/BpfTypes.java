package io.waggle.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** BTF that the kernel holds: its own, its modules' and what was loaded with programs. */
public final class BpfTypes {
  private static final int DESCRIPTION_BYTES = 32; // struct bpf_btf_info
  private static final int LONGEST_NAME = 64;

  private BpfTypes() {}

  /**
   * What the kernel says about it.
   *
   * @param id the system's number for it
   * @param bytes of the data
   * @param name {@code vmlinux} or the module's; empty for a program's
   * @param isKernels whether it describes the kernel or a module
   */
  public record Description(int id, int bytes, String name, boolean isKernels) {}

  /** Asks for the description of an open BTF. */
  public static Description describe(Fd btf) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment description = arena.allocate(DESCRIPTION_BYTES, 8);
      MemorySegment name = arena.allocate(LONGEST_NAME);
      description.set(ValueLayout.JAVA_LONG, 16, name.address());
      description.set(ValueLayout.JAVA_INT, 24, LONGEST_NAME);
      Bpf.describe(btf, description);
      return new Description(
          Bpf.u32(description, 12),
          Bpf.u32(description, 8),
          name.getString(0, StandardCharsets.US_ASCII),
          Bpf.u32(description, 28) != 0);
    }
  }

  /** The data of an open BTF, in this machine's byte order. */
  public static byte[] content(Fd btf) {
    int size = describe(btf).bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment description = arena.allocate(DESCRIPTION_BYTES, 8);
      MemorySegment content = arena.allocate(Math.max(size, 1), 8);
      description.set(ValueLayout.JAVA_LONG, 0, content.address());
      description.set(ValueLayout.JAVA_INT, 8, size);
      Bpf.describe(btf, description);
      return content.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
