package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What the kernel tells of open BPF objects beyond their short descriptions. */
public final class BpfInspection {
  private static final int PROGRAM_BYTES = 232; // struct bpf_prog_info
  private static final int MAP_BYTES = 104; // struct bpf_map_info
  private static final int LINK_BYTES = 72; // struct bpf_link_info
  private static final int LONGEST_NAME = 4096;
  private static final int MOST_PLACES = 1 << 16;

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
   */
  public record MapTypes(int btf, int key, int value) {}

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
      return new MapTypes(Bpf.u32(info, 64), Bpf.u32(info, 68), Bpf.u32(info, 72));
    }
  }

  /** Where an open link attaches. */
  public static LinkPlace place(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(LINK_BYTES, 8);
      Bpf.describe(link, info);
      int type = Bpf.u32(info, 0);
      return switch (type) {
        case 1 -> new LinkPlace.RawTracepoint(text(link, info, arena, 16, 24));
        case 2 -> new LinkPlace.Typed(Bpf.u32(info, 16), Bpf.u32(info, 20), Bpf.u32(info, 24));
        case 3 -> new LinkPlace.ControlGroup(Bpf.u64(info, 16), Bpf.u32(info, 24));
        case 4 -> new LinkPlace.Iterator(text(link, info, arena, 16, 24), Bpf.u32(info, 28));
        case 5 -> new LinkPlace.Namespace(Bpf.u32(info, 16), Bpf.u32(info, 20));
        case 6 -> new LinkPlace.Xdp(Bpf.u32(info, 16));
        case 7 -> perfEvent(link, info, arena);
        case 8 -> kprobeMulti(link, info, arena);
        case 9 -> new LinkPlace.StructOps(Bpf.u32(info, 16));
        case 10 ->
            new LinkPlace.Netfilter(
                Bpf.u32(info, 16), Bpf.u32(info, 20), Bpf.u32(info, 24), Bpf.u32(info, 28));
        case 11, 13 -> new LinkPlace.Ordered(Bpf.u32(info, 16), Bpf.u32(info, 20));
        case 12 -> uprobeMulti(link, info, arena);
        case 14 -> new LinkPlace.SocketMap(Bpf.u32(info, 16), Bpf.u32(info, 20));
        default -> new LinkPlace.Other(type);
      };
    }
  }

  /** Asks once more, with memory for the text whose pointer and length are at those offsets. */
  private static String text(Fd link, MemorySegment info, Arena arena, long pointer, long length) {
    MemorySegment text = arena.allocate(LONGEST_NAME);
    info.fill((byte) 0);
    info.set(JAVA_LONG, pointer, text.address());
    info.set(JAVA_INT, length, LONGEST_NAME);
    Bpf.describe(link, info);
    return text.getString(0, StandardCharsets.UTF_8);
  }

  // enum bpf_perf_event_type, Linux 6.6; older kernels answer 0
  private static LinkPlace perfEvent(Fd link, MemorySegment info, Arena arena) {
    int type = Bpf.u32(info, 16);
    return switch (type) {
      case 1, 2 -> new LinkPlace.Uprobe(name(link, info, arena), offset(info), type == 2);
      case 3, 4 -> {
        String function = name(link, info, arena);
        yield new LinkPlace.Kprobe(
            function, (int) offset(info), Bpf.u64(info, 40), type == 4, Bpf.u64(info, 48));
      }
      case 5 -> new LinkPlace.Tracepoint(name(link, info, arena));
      case 6 -> new LinkPlace.Event(Bpf.u32(info, 32), Bpf.u64(info, 24));
      default -> new LinkPlace.Other(7);
    };
  }

  private static String name(Fd link, MemorySegment info, Arena arena) {
    return text(link, info, arena, 24, 32);
  }

  private static long offset(MemorySegment info) {
    return Integer.toUnsignedLong(Bpf.u32(info, 36));
  }

  private static LinkPlace kprobeMulti(Fd link, MemorySegment info, Arena arena) {
    int count = Math.min(Bpf.u32(info, 24), MOST_PLACES);
    MemorySegment addresses = arena.allocate(8L * Math.max(count, 1), 8);
    if (count > 0 && count == Bpf.u32(info, 24)) {
      info.fill((byte) 0);
      info.set(JAVA_LONG, 16, addresses.address());
      info.set(JAVA_INT, 24, count);
      Bpf.describe(link, info);
    }
    return new LinkPlace.KprobeMulti(
        longs(addresses, count), (Bpf.u32(info, 28) & 1) != 0, Bpf.u64(info, 32));
  }

  private static LinkPlace uprobeMulti(Fd link, MemorySegment info, Arena arena) {
    int count = Math.min(Bpf.u32(info, 52), MOST_PLACES);
    MemorySegment path = arena.allocate(LONGEST_NAME);
    MemorySegment offsets = arena.allocate(8L * Math.max(count, 1), 8);
    boolean isWhole = count > 0 && count == Bpf.u32(info, 52);
    info.fill((byte) 0);
    info.set(JAVA_LONG, 16, path.address());
    info.set(JAVA_INT, 48, LONGEST_NAME);
    if (isWhole) {
      info.set(JAVA_LONG, 24, offsets.address());
      info.set(JAVA_INT, 52, count);
    }
    Bpf.describe(link, info);
    return new LinkPlace.UprobeMulti(
        path.getString(0, StandardCharsets.UTF_8),
        longs(offsets, count),
        (Bpf.u32(info, 56) & 1) != 0,
        Bpf.u32(info, 60));
  }

  private static List<Long> longs(MemorySegment memory, int count) {
    List<Long> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(Bpf.u64(memory, 8L * i));
    }
    return values;
  }
}
