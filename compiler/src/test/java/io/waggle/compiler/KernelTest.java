package io.waggle.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Size;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.TestRun;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The running kernel's verifier takes random programs, and they give what they mean. */
@RequiresBpf
class KernelTest {

  @Requires(Feature.INSTRUCTIONS_V4)
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 30, 60})
  void v4(int size) {
    for (int seed = 0; seed < 40; seed++) {
      check(seed, size, Target.V4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 30, 60})
  void v3(int size) {
    for (int seed = 100; seed < 140; seed++) {
      check(seed, size, Target.V3);
    }
  }

  @Test
  void callsBack() {
    HelperSignature loop = new HelperSignature(181, "loop", Effect.WRITES, Type.INT);
    Program program = new Program("sum", Source.NONE, Target.V4);
    FunctionBuilder f = program.main();
    FunctionBuilder body = program.function("body", Type.INT, Type.POINTER);
    Value sum = f.stack(f.slot("sum", 8, 8), 0);
    f.store(Size.DOUBLE, sum, 0, f.constant(0));
    f.call(loop, f.constant(10), f.function(body.function()), sum, f.constant(0));
    f.returnValue(f.load(Size.DOUBLE, false, sum, 0));
    Value total = body.parameter(1);
    Value before = body.load(Size.DOUBLE, false, total, 0);
    body.store(Size.DOUBLE, total, 0, body.binary(Op.ADD, before, body.parameter(0)));
    body.returnValue(body.constant(0));
    assertThat(run(Compiler.compile(program), new long[12])).isEqualTo(45);
  }

  @Test
  void leavesOutFunctionsThatFoldingCutOff() {
    HelperSignature loop = new HelperSignature(181, "loop", Effect.WRITES, Type.INT);
    Program program = new Program("cut", Source.NONE, Target.V4);
    FunctionBuilder f = program.main();
    FunctionBuilder body = program.function("body", Type.INT, Type.POINTER);
    body.returnValue(body.constant(0));
    Block never = f.block("never");
    Block done = f.block("done");
    f.branch(JumpOp.EQ, f.constant(0), f.constant(1), never, done);
    f.enter(never);
    Value nothing = f.stack(f.slot("nothing", 8, 8), 0);
    f.call(loop, f.constant(10), f.function(body.function()), nothing, f.constant(0));
    f.jump(done);
    f.enter(done);
    f.returnValue(f.constant(7));
    Compiler.Compiled compiled = Compiler.compile(program);
    assertThat(compiled.functions()).isEmpty();
    assertThat(run(compiled, new long[12])).isEqualTo(7);
  }

  /**
   * More pointers than registers survive calls; each is checked for null after it lay on the stack.
   */
  @Test
  void acceptsPointersThatLayOnTheStack() {
    HelperSignature lookup = new HelperSignature(1, "lookup", Effect.READS, Type.POINTER);
    Program program = new Program("spill", Source.NONE, Target.V3);
    FunctionBuilder f = program.main();
    Value key = f.stack(f.slot("key", 4, 4), 0);
    f.store(Size.WORD, key, 0, f.constant(0));
    Value[] found = new Value[7];
    for (int i = 0; i < found.length; i++) {
      found[i] = f.call(lookup, f.map("numbers"), key);
    }
    Value index = f.boundMask(f.load(Size.DOUBLE, false, f.parameter(0), 0), 7);
    f.call(Sample.IMPURE);
    Block missing = f.block("missing");
    Value sum = f.constant(1);
    for (Value pointer : found) {
      Block present = f.block("present");
      f.branch(JumpOp.EQ, pointer, f.constant(0), missing, present);
      f.seal(present);
      f.enter(present);
      Value at = f.binary(Op.ADD, pointer, f.binary(Op.SHL, index, f.constant(3)));
      f.store(Size.DOUBLE, at, 0, sum);
      sum = f.binary(Op.ADD, sum, f.load(Size.DOUBLE, false, at, 0));
    }
    f.returnValue(sum);
    f.seal(missing);
    f.enter(missing);
    f.returnValue(f.constant(-1));
    Compiler.Compiled compiled = Compiler.compile(program);
    assertThat(compiled.statistics().spills()).isPositive();
    MapSpec numbers = new MapSpec("numbers", MapType.ARRAY, 4, 64, 1);
    assertThat(run(compiled, new long[] {5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, numbers))
        .isEqualTo(128);
  }

  private static void check(long seed, int size, Target target) {
    Sample sample = new Sample(seed, size);
    long[] context = new Random(seed).longs(12).toArray();
    long pidTgid = 0;
    for (int half = 0; half < 64; half += 32) {
      pidTgid |= (run(pidTgidHalf(half), new long[12]) & 0xffffffffL) << half;
    }
    int got = run(Compiler.compile(sample.write(target)), context);
    assertThat(got)
        .as("seed %d size %d", seed, size)
        .isEqualTo((int) sample.evaluate(context, pidTgid));
  }

  private static Compiler.Compiled pidTgidHalf(int shift) {
    Program program = new Program("pid", Source.NONE, Target.V3);
    FunctionBuilder f = program.main();
    f.returnValue(f.binary(Op.SHR, f.call(Sample.PID_TGID), f.constant(shift)));
    return Compiler.compile(program);
  }

  private static int run(Compiler.Compiled compiled, long[] context, MapSpec... maps) {
    ProgramSpec spec =
        new ProgramSpec(
            "sample",
            ProgramType.RAW_TRACEPOINT,
            Optional.empty(),
            "",
            0,
            compiled.code(),
            List.of(),
            compiled.functions());
    BpfObject object = new BpfObject("GPL", List.of(maps), List.of(spec));
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object);
        Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocateFrom(ValueLayout.JAVA_LONG, context);
      return TestRun.ONCE.withContext(arguments).run(loaded.program("sample")).returned();
    }
  }
}
