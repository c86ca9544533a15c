package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.waggle.linux.BpfProgram;
import io.waggle.linux.KernelVersion;
import io.waggle.linux.ProgramLoad;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Loads tiny programs only to learn how the kernel answers; none stays. Memory is used again for
 * each, so that thousands can be tried. One thread at a time.
 */
final class ProgramTrial implements AutoCloseable {
  // A kernel whose log does not fit says so and leaves what fits, which begins with what matters.
  private static final int LOG_BYTES = 4096;

  /** {@code r0 = 0; exit}. */
  static final long[] NOTHING = {0xb7L, 0x95L};

  /** What a program is loaded for. */
  record Context(int type, int attachType, int flags, int kernelType) {}

  /**
   * How the kernel answered.
   *
   * @param errno 0 if it took the program
   * @param log the start of what the verifier said; empty if it was not reached
   */
  record Answer(int errno, String log) {
    boolean isLoaded() {
      return errno == 0;
    }

    /** Whether the kernel got as far as to verify it. */
    boolean isVerified() {
      return errno == 0 || !log.isEmpty();
    }
  }

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment log = arena.allocate(LOG_BYTES, 8);
  private final int version = KernelVersion.running().code();

  /**
   * Tries a program.
   *
   * @param code 8 bytes an instruction
   * @throws io.waggle.linux.PermissionDeniedException if the process may not load programs
   */
  Answer load(Context context, long... code) {
    try (Arena own = Arena.ofConfined()) {
      ProgramLoad load =
          new ProgramLoad(context.type(), "probe", own.allocateFrom(JAVA_LONG, code))
              .kernelVersion(version)
              .flags(context.flags())
              .expectedAttachType(context.attachType())
              .attachTo(context.kernelType(), 0);
      int errno = BpfProgram.trial(load, log);
      int length = 0;
      while (length < LOG_BYTES && log.get(JAVA_BYTE, length) != 0) {
        length++;
      }
      byte[] text = log.asSlice(0, length).toArray(JAVA_BYTE);
      return new Answer(errno, new String(text, StandardCharsets.ISO_8859_1));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
