package io.waggle.linux;

import java.lang.foreign.MemorySegment;

/** Runs of a program without anything attached (BPF_PROG_TEST_RUN). */
public final class BpfTestRun {
  /** On the CPU of the request; raw tracepoint programs only (Linux 5.10). */
  public static final int ON_CPU = 1;

  /** XDP programs meet real frames, which go where the program sends them (Linux 5.18). */
  public static final int LIVE_FRAMES = 2;

  private static final int BYTES = 80; // up to and with batch_size

  private BpfTestRun() {}

  /**
   * What to run a program over. All memory is native, {@link MemorySegment#NULL} for none.
   *
   * @param data the packet
   * @param dataOut where the packet goes as the program left it
   * @param context the structure that the program is given
   * @param contextOut where that structure goes as the program left it
   * @param repeat how many times; 0 is once, and all that some program types take
   * @param flags sum of the constants here
   * @param batch frames at a time with {@link #LIVE_FRAMES}, 0 for the kernel's choice
   */
  public record Request(
      MemorySegment data,
      MemorySegment dataOut,
      MemorySegment context,
      MemorySegment contextOut,
      int repeat,
      int flags,
      int cpu,
      int batch) {
    /** Once, where this thread is, with neither data nor context. */
    public static final Request EMPTY =
        new Request(
            MemorySegment.NULL,
            MemorySegment.NULL,
            MemorySegment.NULL,
            MemorySegment.NULL,
            0,
            0,
            0,
            0);
  }

  /**
   * How it ended.
   *
   * @param returned by the program, at its last run
   * @param nanoseconds of one run, the average; 0 for program types that do not measure it
   * @param dataBytes how much there is in {@code dataOut}
   * @param contextBytes how much there is in {@code contextOut}
   */
  public record Outcome(int returned, int nanoseconds, int dataBytes, int contextBytes) {}

  /**
   * Runs a program.
   *
   * @throws SystemCallException ENOTSUPP, EINVAL for a type of programs that cannot be run so, or
   *     not with that request; ENOSPC when what the program left does not fit
   */
  public static Outcome run(Fd program, Request request) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(8, size(request.data))
            .u32(12, size(request.dataOut))
            .pointer(16, request.data)
            .pointer(24, request.dataOut)
            .u32(32, request.repeat)
            .u32(40, size(request.context))
            .u32(44, size(request.contextOut))
            .pointer(48, request.context)
            .pointer(56, request.contextOut)
            .u32(64, request.flags)
            .u32(68, request.cpu)
            .u32(72, request.batch);
    long result;
    do {
      result = Bpf.call(Bpf.PROG_TEST_RUN, attributes, BYTES);
    } while (result == -Errno.EINTR);
    if (result < 0) {
      throw Bpf.failed("BPF_PROG_TEST_RUN", result, Capability.BPF, Capability.PERFMON);
    }
    return new Outcome(
        attributes.u32(4), attributes.u32(36), attributes.u32(12), attributes.u32(44));
  }

  private static int size(MemorySegment memory) {
    return Math.toIntExact(memory.byteSize());
  }
}
