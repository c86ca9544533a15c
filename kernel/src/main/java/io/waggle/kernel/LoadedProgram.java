package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Encoder;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.WideSource;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramDescription;
import io.waggle.linux.ProgramLoad;
import io.waggle.linux.ProgramLoadException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.Function;

/** A program that the kernel has verified and holds. */
public final class LoadedProgram implements AutoCloseable {
  // The source register of a wide load says what the immediate is (include/uapi/linux/bpf.h).
  private static final int PSEUDO_MAP_FD = 1;
  private static final int PSEUDO_MAP_VALUE = 2;

  private final ProgramSpec spec;
  private final Fd fd;
  private final Features features;

  private LoadedProgram(ProgramSpec spec, Fd fd, Features features) {
    this.spec = spec;
    this.fd = fd;
    this.features = features;
  }

  static LoadedProgram load(
      ProgramSpec spec, String license, Function<String, LoadedMap> maps, Features features) {
    try (Arena arena = Arena.ofConfined();
        FunctionTypes types = FunctionTypes.of(spec.functions(), arena)) {
      ProgramLoad load =
          new ProgramLoad(spec.type().id(), spec.name(), code(spec, maps, arena))
              .license(license)
              .flags(spec.flags())
              .expectedAttachType(spec.expectedAttach().map(AttachType::id).orElse(0));
      types.addTo(load);
      return new LoadedProgram(spec, BpfProgram.load(load), features);
    } catch (ProgramLoadException refused) {
      throw VerifierException.of(spec, refused);
    }
  }

  private static MemorySegment code(
      ProgramSpec spec, Function<String, LoadedMap> maps, Arena arena) {
    Encoder.Encoded encoded = Encoder.encode(spec.code());
    MemorySegment code = arena.allocate(encoded.bytes().length, 8);
    MemorySegment.copy(encoded.bytes(), 0, code, ValueLayout.JAVA_BYTE, 0, encoded.bytes().length);
    for (Encoder.Fixup fixup : encoded.fixups()) {
      switch (fixup.source()) {
        case WideSource.Map(String name) ->
            patch(code, fixup.slot(), PSEUDO_MAP_FD, maps.apply(name).fd(), 0);
        case WideSource.MapValue(String name, int offset) ->
            patch(code, fixup.slot(), PSEUDO_MAP_VALUE, maps.apply(name).fd(), offset);
        default -> throw new IllegalStateException("no map in " + fixup);
      }
    }
    return code;
  }

  private static void patch(MemorySegment code, int slot, int pseudo, Fd map, int offset) {
    long at = slot * 8L;
    byte registers = code.get(ValueLayout.JAVA_BYTE, at + 1);
    code.set(ValueLayout.JAVA_BYTE, at + 1, (byte) (registers & 0x0f | pseudo << 4));
    code.set(ValueLayout.JAVA_INT, at + 4, map.number());
    code.set(ValueLayout.JAVA_INT, at + 12, offset);
  }

  /** What it was loaded from. */
  public ProgramSpec spec() {
    return spec;
  }

  /** The attach type it was loaded for, if any. */
  public Optional<AttachType> expectedAttach() {
    return spec.expectedAttach();
  }

  /** The open descriptor; remains this object's. */
  public Fd fd() {
    return fd;
  }

  /** What the kernel says about it; run time and count grow while statistics are enabled. */
  public ProgramDescription describe() {
    return BpfProgram.describe(fd);
  }

  /**
   * Runs a raw tracepoint program once, on this CPU and in this thread, with a context of zeros.
   *
   * @return what the program returned
   */
  public int runOnce() {
    return BpfProgram.runRawTracepoint(fd, MemorySegment.NULL, -1).returned();
  }

  /**
   * Runs a raw tracepoint program once on a CPU.
   *
   * @param arguments its context: up to 12 arguments of 8 bytes in native memory
   * @return what the program returned
   */
  public int runOnce(int cpu, MemorySegment arguments) {
    return BpfProgram.runRawTracepoint(fd, arguments, cpu).returned();
  }

  /** What the kernel that holds it can do. */
  Features features() {
    return features;
  }

  @Override
  public void close() {
    fd.close();
  }
}
