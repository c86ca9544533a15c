package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** What the kernel tells of open BPF objects beyond their short descriptions. */
public final class BpfInspection {
  private static final int PROGRAM_BYTES = 232; // struct bpf_prog_info
  private static final int MAP_BYTES = 104; // struct bpf_map_info

  private BpfInspection() {}

  /**
   * More about a program.
   *
   * @param tag digest of its instructions, 16 hexadecimal digits
   * @param uid of the user who loaded it
   * @param isGpl whether its licence is compatible with the GPL
   * @param attachObject id of the BTF of what it was loaded for, 0 for none
   * @param attachType number of the type therein
   */
  public record ProgramDetails(
      String tag, int uid, boolean isGpl, int attachObject, int attachType) {}

  /**
   * The code of a program as the kernel runs it.
   *
   * @param instructions as verified, 8 bytes each; empty where the kernel hides them
   * @param functions records of {@code func_info}, 8 bytes or more each
   * @param functionBytes size of such a record
   * @param lines records of {@code line_info}
   * @param lineBytes size of such a record
   * @param lengths bytes of machine code of each function
   */
  public record ProgramCode(
      byte[] instructions,
      MemorySegment functions,
      int functionBytes,
      MemorySegment lines,
      int lineBytes,
      int[] lengths) {}

  /**
   * The types of a map's keys and values.
   *
   * @param btf id of the BTF they are in, 0 for none
   * @param structOps of a table of functions, number of its type in the kernel's BTF; else 0
   * @param structOpsBtf id of that BTF, 0 where an older kernel does not tell
   */
  public record MapTypes(int btf, int key, int value, int structOps, int structOpsBtf) {}

  /** More about an open program. */
  public static ProgramDetails details(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(PROGRAM_BYTES, 8);
      Bpf.describe(program, info);
      return new ProgramDetails(
          HexFormat.of().formatHex(info.asSlice(8, 8).toArray(JAVA_BYTE)),
          Bpf.u32(info, 48),
          (Bpf.u32(info, 84) & 1) != 0,
          Bpf.u32(info, 220),
          Bpf.u32(info, 224));
    }
  }

  /** The code of an open program; memory of the result is the garbage collector's. */
  public static ProgramCode code(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(PROGRAM_BYTES, 8);
      Bpf.describe(program, info);
      int size = Bpf.u32(info, 20);
      int functions = Bpf.u32(info, 144);
      int functionBytes = Bpf.u32(info, 132);
      int lines = Bpf.u32(info, 148);
      int lineBytes = Bpf.u32(info, 172);
      int parts = Bpf.u32(info, 108);
      MemorySegment code = arena.allocate(Math.max(size, 8), 8);
      Arena kept = Arena.ofAuto();
      MemorySegment functionInfo = kept.allocate(Math.max((long) functions * functionBytes, 8), 8);
      MemorySegment lineInfo = kept.allocate(Math.max((long) lines * lineBytes, 8), 8);
      MemorySegment lengths = arena.allocate(Math.max(4L * parts, 8), 8);
      info.fill((byte) 0);
      info.set(JAVA_INT, 20, size);
      info.set(JAVA_LONG, 32, code.address());
      info.set(JAVA_INT, 132, functionBytes);
      info.set(JAVA_LONG, 136, functionInfo.address());
      info.set(JAVA_INT, 144, functions);
      info.set(JAVA_INT, 148, lines);
      info.set(JAVA_LONG, 152, lineInfo.address());
      info.set(JAVA_INT, 172, lineBytes);
      info.set(JAVA_INT, 108, parts);
      info.set(JAVA_LONG, 120, lengths.address());
      Bpf.describe(program, info);
      // The kernel clears the pointer where it hides the code (kptr_restrict, not privileged).
      boolean isHidden = Bpf.u64(info, 32) == 0;
      int[] partLengths = new int[Math.min(parts, Bpf.u32(info, 108))];
      for (int i = 0; i < partLengths.length; i++) {
        partLengths[i] = Bpf.u32(lengths, 4L * i);
      }
      return new ProgramCode(
          isHidden ? new byte[0] : code.asSlice(0, size).toArray(JAVA_BYTE),
          functionInfo.asSlice(0, (long) functions * functionBytes),
          functionBytes,
          lineInfo.asSlice(0, (long) lines * lineBytes),
          lineBytes,
          partLengths);
    }
  }

  /** The types of an open map. */
  public static MapTypes types(Fd map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(MAP_BYTES, 8);
      Bpf.describe(map, info);
      return new MapTypes(
          Bpf.u32(info, 64),
          Bpf.u32(info, 68),
          Bpf.u32(info, 72),
          Bpf.u32(info, 44),
          Bpf.u32(info, 76));
    }
  }
}
