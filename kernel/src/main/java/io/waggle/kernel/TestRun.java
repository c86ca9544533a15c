package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfTestRun;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * A run of a program without attaching it (BPF_PROG_TEST_RUN): over a packet, with a context, on a
 * CPU, many times. Made by {@link #ONCE} and what follows it:
 *
 * <pre>{@code TestRun.ONCE.withData(packet).withRepeat(1000).run(program).nanoseconds()}</pre>
 *
 * @param data the packet, for programs of networking; at least an Ethernet header. Empty for none
 * @param context the structure that the program is given: {@code __sk_buff}, {@code xdp_md} … for
 *     networking, up to 12 arguments of 8 bytes for raw tracepoints, what the program says for
 *     those of type SYSCALL. Empty for the kernel's own, or zeros
 * @param repeat how many times in a row, for programs of networking
 * @param cpu where, for raw tracepoints; where this thread is when empty
 * @param live whether XDP programs meet real frames, which go where the program sends them
 */
public record TestRun(
    MemorySegment data, MemorySegment context, int repeat, OptionalInt cpu, boolean live) {
  private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

  /** More than a program can add to a packet: headroom, tailroom and fragments of one page. */
  private static final int ROOM = 8192;

  /** Once, with neither data nor context. */
  public static final TestRun ONCE = new TestRun(EMPTY, EMPTY, 1, OptionalInt.empty(), false);

  public TestRun {
    if (repeat < 1) {
      throw new IllegalArgumentException("a program runs once or more, not " + repeat + " times");
    }
  }

  /** The same over a packet. */
  public TestRun withData(MemorySegment packet) {
    return new TestRun(packet, context, repeat, cpu, live);
  }

  /** The same over a packet. */
  public TestRun withData(byte[] packet) {
    return withData(MemorySegment.ofArray(packet));
  }

  /** The same with a context. */
  public TestRun withContext(MemorySegment structure) {
    return new TestRun(data, structure, repeat, cpu, live);
  }

  /** The same so many times; the result is that of the last. */
  public TestRun withRepeat(int times) {
    return new TestRun(data, context, times, cpu, live);
  }

  /** The same on a CPU. */
  public TestRun on(int number) {
    return new TestRun(data, context, repeat, OptionalInt.of(number), live);
  }

  /**
   * The same with real frames (Linux 5.18): as many as {@link #withRepeat} says, by the interface
   * that the context names.
   */
  public TestRun withLiveFrames() {
    return new TestRun(data, context, repeat, cpu, true);
  }

  /**
   * How a run ended.
   *
   * @param returned by the program, the last time
   * @param nanoseconds of one run, the average; 0 for program types that do not measure it
   * @param data the packet as the program left it; empty where there is none
   * @param context the structure as the program left it; empty where there is none, or the kernel
   *     does not give it back
   */
  public record Outcome(int returned, int nanoseconds, MemorySegment data, MemorySegment context) {}

  /**
   * Runs a program.
   *
   * @throws TestRunException when programs of its type cannot be run so, with the reason
   * @throws PermissionDeniedException when a capability is missing
   */
  public Outcome run(LoadedProgram program) {
    ProgramType type = program.spec().type();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packet = copy(arena, data);
      MemorySegment structure = copy(arena, context);
      boolean answers = answers(type) && !live;
      MemorySegment packetOut =
          answers && data.byteSize() > 0
              ? arena.allocate(data.byteSize() + ROOM, 8)
              : MemorySegment.NULL;
      MemorySegment structureOut =
          answers && context.byteSize() > 0
              ? arena.allocate(context.byteSize(), 8)
              : MemorySegment.NULL;
      int flags = (cpu.isPresent() ? BpfTestRun.ON_CPU : 0) | (live ? BpfTestRun.LIVE_FRAMES : 0);
      BpfTestRun.Outcome outcome =
          BpfTestRun.run(
              program.fd(),
              new BpfTestRun.Request(
                  packet,
                  packetOut,
                  structure,
                  structureOut,
                  repeat == 1 ? 0 : repeat,
                  flags,
                  cpu.orElse(0),
                  0));
      return new Outcome(
          outcome.returned(),
          outcome.nanoseconds(),
          kept(packetOut, outcome.dataBytes()),
          type == ProgramType.SYSCALL // the kernel writes to where it has read
              ? kept(structure, structure.byteSize())
              : kept(structureOut, outcome.contextBytes()));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new TestRunException(
          "cannot run program "
              + program.spec().name()
              + " of type "
              + type
              + ": "
              + reason(type, refused),
          refused);
    }
  }

  /** Whether the kernel gives back packet and context. */
  private static boolean answers(ProgramType type) {
    return switch (type) {
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE, TRACING, LSM, STRUCT_OPS, SYSCALL -> false;
      default -> true;
    };
  }

  private static MemorySegment copy(Arena arena, MemorySegment memory) {
    return memory.byteSize() == 0
        ? MemorySegment.NULL
        : memory.isNative() ? memory : arena.allocate(memory.byteSize(), 8).copyFrom(memory);
  }

  private static MemorySegment kept(MemorySegment memory, long bytes) {
    return MemorySegment.ofArray(
        memory.asSlice(0, Math.min(bytes, memory.byteSize())).toArray(ValueLayout.JAVA_BYTE));
  }

  private String reason(ProgramType type, SystemCallException refused) {
    String plain =
        repeat > 1 && !answers(type)
            ? "programs of this type run once at a time"
            : cpu.isPresent() && answers(type)
                ? "only raw tracepoint programs run on a CPU of choice"
                : live && type != ProgramType.XDP ? "only XDP programs meet live frames" : "";
    return switch (refused.errno()) {
      case Errno.ENOTSUPP, Errno.EOPNOTSUPP -> "this kernel has no test runs for that type";
      case Errno.EINVAL ->
          !plain.isEmpty()
              ? plain
              : "data of "
                  + data.byteSize()
                  + " bytes or a context of "
                  + context.byteSize()
                  + " do not fit it ("
                  + refused.getMessage()
                  + ")";
      case Errno.ENXIO -> "there is no CPU " + cpu.orElse(0);
      default -> refused.getMessage();
    };
  }
}
