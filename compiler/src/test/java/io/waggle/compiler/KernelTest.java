package io.waggle.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedObject;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The running kernel's verifier takes random programs, and they give what they mean. */
@RequiresBpf
class KernelTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 30})
  void v4(int size) {
    for (int seed = 0; seed < 40; seed++) {
      check(seed, size, Target.V4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 30})
  void v3(int size) {
    for (int seed = 100; seed < 140; seed++) {
      check(seed, size, Target.V3);
    }
  }

  private static void check(long seed, int size, Target target) {
    Sample sample = new Sample(seed, size);
    long[] context = new Random(seed).longs(12).toArray();
    long pidTgid = 0;
    for (int half = 0; half < 64; half += 32) {
      pidTgid |= (run(pidTgidHalf(half), new long[12]) & 0xffffffffL) << half;
    }
    int got = run(Compiler.compile(sample.write(target)).code(), context);
    assertThat(got)
        .as("seed %d size %d", seed, size)
        .isEqualTo((int) sample.evaluate(context, pidTgid));
  }

  private static List<Instruction> pidTgidHalf(int shift) {
    Program program = new Program("pid", Source.NONE, Target.V3);
    FunctionBuilder f = program.main();
    f.returnValue(f.binary(Op.SHR, f.call(Sample.PID_TGID), f.constant(shift)));
    return Compiler.compile(program).code();
  }

  private static int run(List<Instruction> code, long[] context) {
    ProgramSpec spec = new ProgramSpec("sample", ProgramType.RAW_TRACEPOINT, code);
    BpfObject object = new BpfObject("GPL", List.of(), List.of(spec));
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object);
        Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocateFrom(ValueLayout.JAVA_LONG, context);
      return loaded.program("sample").runOnce(-1, arguments);
    }
  }
}
