package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** BPF programs by bpf(2): load and describe. {@link BpfTestRun} runs them. */
public final class BpfProgram {
  /** Log levels, to be added up ({@code include/linux/bpf_verifier.h}). */
  public static final int LOG_BRANCHES = 1;

  public static final int LOG_ALL = 2;
  public static final int LOG_STATISTICS = 4;

  private static final int LOAD_BYTES = 128; // up to and with fd_array
  private static final int DESCRIPTION_BYTES = 232; // struct bpf_prog_info
  private static final long LOG_BYTES = 1024 * 1024;
  private static final long LARGEST_LOG_BYTES = 16 * 1024 * 1024 - 1; // UINT_MAX >> 8
  private static final int MOST_MAPS = 64; // MAX_USED_MAPS

  private BpfProgram() {}

  /**
   * Loads a program: first without a log, which is faster; if the kernel refuses, once more with a
   * log, so that the exception can tell why.
   *
   * @throws ProgramLoadException when the verifier or the kernel rejects the program
   * @throws PermissionDeniedException without CAP_BPF, or CAP_PERFMON for tracing programs
   */
  public static Fd load(ProgramLoad program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment license = arena.allocateFrom(program.license);
      long fd = Bpf.call(Bpf.PROG_LOAD, attributes(program, license), LOAD_BYTES);
      return fd >= 0 ? new Fd(fd) : explain(program, license, LOG_BRANCHES, fd).fd();
    }
  }

  /**
   * Loads a program only to learn how the kernel answers; what was loaded is let go at once.
   *
   * @param log at least 128 bytes, gets the verifier's log or as much of its start as fits
   * @return 0, or the errno of the refusal
   * @throws PermissionDeniedException without CAP_BPF, or CAP_PERFMON for tracing programs
   */
  public static int trial(ProgramLoad program, MemorySegment log) {
    try (Arena arena = Arena.ofConfined()) {
      log.set(JAVA_BYTE, 0, (byte) 0);
      Attributes attributes =
          attributes(program, arena.allocateFrom(program.license))
              .u32(24, LOG_BRANCHES)
              .u32(28, Math.toIntExact(log.byteSize()))
              .pointer(32, log);
      long fd = Bpf.call(Bpf.PROG_LOAD, attributes, LOAD_BYTES);
      if (fd >= 0) {
        new Fd(fd).close();
        return 0;
      }
      boolean isDenied = fd == -Errno.EPERM || fd == -Errno.EACCES;
      if (isDenied
          && log.get(JAVA_BYTE, 0) == 0
          && refused(program, fd, "") instanceof PermissionDeniedException denied
          && !denied.missing().isEmpty()) {
        throw denied;
      }
      return (int) -fd;
    }
  }

  /** A program and what the verifier had to say about it. */
  public record Logged(Fd fd, String log) {}

  /**
   * Loads a program and keeps the verifier's log of the successful load.
   *
   * @param level sum of {@link #LOG_BRANCHES}, {@link #LOG_ALL} and {@link #LOG_STATISTICS}
   */
  public static Logged loadLogged(ProgramLoad program, int level) {
    try (Arena arena = Arena.ofConfined()) {
      return explain(program, arena.allocateFrom(program.license), level, 0);
    }
  }

  /**
   * Loads with a log. One that does not fit loses its start; before Linux 6.4 its end, which says
   * why. There a larger one is tried, and at last one of the reason alone.
   *
   * @param earlier the result of loading without one, 0 if that was not tried: a log that does not
   *     fit hides the reason (ENOSPC)
   */
  private static Logged explain(
      ProgramLoad program, MemorySegment license, int level, long earlier) {
    for (Log log :
        List.of(
            new Log(level, LOG_BYTES),
            new Log(level, LARGEST_LOG_BYTES),
            new Log(LOG_STATISTICS, LOG_BYTES))) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment buffer = arena.allocate(log.bytes);
        Attributes attributes =
            attributes(program, license)
                .u32(24, log.level)
                .u32(28, (int) log.bytes)
                .pointer(32, buffer);
        long fd = Bpf.call(Bpf.PROG_LOAD, attributes, LOAD_BYTES);
        String text = text(buffer);
        if (fd >= 0) {
          return new Logged(new Fd(fd), text);
        }
        if (fd != -Errno.ENOSPC) {
          throw refused(program, fd, text);
        }
        if (earlier < 0 && hasEnd(text)) {
          throw refused(program, earlier, text);
        }
      }
    }
    throw refused(program, -Errno.ENOSPC, "");
  }

  private record Log(int level, long bytes) {}

  private static boolean hasEnd(String log) {
    int lastLine = log.lastIndexOf('\n', log.length() - 2) + 1;
    return log.startsWith("processed ", lastLine);
  }

  private static SystemCallException refused(ProgramLoad program, long result, String log) {
    String arguments =
        "BPF_PROG_LOAD, %s, program type %d, %d instructions"
            .formatted(program.name, program.type, program.instructions.byteSize() / 8);
    // The verifier answers EPERM and EACCES too, but then it has said why.
    boolean denied = result == -Errno.EPERM || result == -Errno.EACCES;
    return denied && log.isBlank()
        ? Bpf.failed(arguments, result, Capability.BPF, Capability.PERFMON)
        : new ProgramLoadException(arguments, (int) -result, log);
  }

  private static Attributes attributes(ProgramLoad program, MemorySegment license) {
    return Native.attributes()
        .u32(0, program.type)
        .u32(4, Math.toIntExact(program.instructions.byteSize() / 8))
        .pointer(8, program.instructions)
        .pointer(16, license)
        .u32(40, program.kernelVersion)
        .u32(44, program.flags)
        .name(48, program.name)
        .u32(68, program.expectedAttachType)
        .u32(72, program.btf)
        .u32(76, program.functions.size())
        .pointer(80, program.functions.memory())
        .u32(88, program.functions.count())
        .u32(92, program.lines.size())
        .pointer(96, program.lines.memory())
        .u32(104, program.lines.count())
        .u32(108, program.attachBtfId)
        .u32(112, program.attachProgram)
        .pointer(120, program.descriptors);
  }

  private static String text(MemorySegment log) {
    long length = 0;
    while (length < log.byteSize() && log.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return new String(log.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** What the kernel says about a program. */
  public static ProgramDescription describe(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment description = arena.allocate(DESCRIPTION_BYTES, 8);
      MemorySegment maps = arena.allocate(4 * MOST_MAPS, 8);
      description.set(JAVA_INT, 52, MOST_MAPS);
      description.set(JAVA_LONG, 56, maps.address());
      Bpf.describe(program, description);
      List<Integer> mapIds = new ArrayList<>();
      for (int i = 0; i < Math.min(Bpf.u32(description, 52), MOST_MAPS); i++) {
        mapIds.add(Bpf.u32(maps, 4L * i));
      }
      return new ProgramDescription(
          Bpf.u32(description, 4),
          Bpf.u32(description, 0),
          Bpf.name(description, 64),
          Bpf.u32(description, 20),
          Bpf.u32(description, 16),
          Bpf.u64(description, 40),
          Bpf.u64(description, 192),
          Bpf.u64(description, 200),
          Bpf.u64(description, 208),
          Bpf.u32(description, 216),
          Bpf.u32(description, 128),
          List.copyOf(mapIds));
    }
  }
}
