package io.waggle.kernel;

import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfMap;
import io.waggle.linux.MapAttributes;
import java.util.Arrays;

/** Tries instructions, in programs of a type that every kernel has. */
final class MachineTrial {
  private static final ProgramTrial.Context CONTEXT =
      new ProgramTrial.Context(ProgramType.SOCKET_FILTER.id(), 0, 0, 0);
  private static final int MOST_OF_OLD = 4096;

  private static final long EXIT = 0x95L;
  private static final long R0_IS_0 = 0xb7L;
  private static final long STACK_IS_0 = instruction(0x7a, 10, 0, -8, 0);

  private final ProgramTrial trial;

  MachineTrial(ProgramTrial trial) {
    this.trial = trial;
  }

  /** Whether the kernel takes a program with it. */
  boolean has(MachineFeature feature) {
    return switch (feature) {
      case LOCAL_CALLS -> takes(instruction(0x85, 0, 1, 0, 1), EXIT, R0_IS_0, EXIT);
      case JUMPS_32 -> takes(R0_IS_0, instruction(0x16, 0, 0, 0, 0), EXIT);
      case MAP_VALUE_ADDRESS -> mapValue();
      case LARGE_PROGRAMS -> {
        long[] code = new long[MOST_OF_OLD + 1];
        Arrays.fill(code, R0_IS_0);
        code[MOST_OF_OLD] = EXIT;
        // Its log may not fit; a kernel that has a limit refuses before it writes any.
        yield trial.load(CONTEXT, code).isVerified();
      }
      case BOUNDED_LOOPS ->
          takes(R0_IS_0, instruction(0x07, 0, 0, 0, 1), instruction(0xa5, 0, 0, -2, 4), EXIT);
      case FETCHING_ATOMICS -> takes(STACK_IS_0, R0_IS_0, instruction(0xdb, 10, 0, -8, 0x01), EXIT);
      case V4_INSTRUCTIONS -> takes(R0_IS_0, instruction(0xbf, 0, 0, 8, 0), EXIT);
      // A jump to the next instruction is refused before Linux 6.14.
      case MAY_GOTO -> takes(R0_IS_0, instruction(0xe5, 0, 0, 1, 0), R0_IS_0, EXIT);
      case ORDERED_ACCESS -> takes(STACK_IS_0, instruction(0xdb, 0, 10, -8, 0x100), EXIT);
      case CALLBACKS -> throw new IllegalArgumentException("asked for by its helper");
    };
  }

  private boolean takes(long... code) {
    return trial.load(CONTEXT, code).isLoaded();
  }

  private boolean mapValue() {
    try (BpfMap map = BpfMap.create(new MapAttributes(MapType.ARRAY.id(), "probe", 4, 4, 1))) {
      return takes(instruction(0x18, 1, 2, 0, map.fd().number()), 0, R0_IS_0, EXIT);
    }
  }

  /** As encoded on a little-endian machine. */
  private static long instruction(int code, int dst, int src, int offset, int immediate) {
    return code | dst << 8 | src << 12 | (offset & 0xffffL) << 16 | (long) immediate << 32;
  }
}
