package io.waggle.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.Disassembler;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.Requirements;
import io.waggle.bpf.Size;
import io.waggle.bpf.SourceLine;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole programs: code, lines, requirements, refusals. */
class CompilerTest {
  private static final HelperSignature LOOKUP =
      new HelperSignature(1, "map_lookup_elem", Effect.READS, Type.POINTER);
  private static final HelperSignature UPDATE =
      new HelperSignature(2, "map_update_elem", Effect.WRITES, Type.INT);
  private static final HelperSignature LOOP =
      new HelperSignature(181, "loop", Effect.WRITES, Type.INT);

  private static String text(List<Instruction> code) {
    StringBuilder out = new StringBuilder();
    for (Instruction instruction : code) {
      out.append(Disassembler.text(instruction)).append('\n');
    }
    return out.toString();
  }

  /** The example of the package's documentation. */
  private static Program countByProcess() {
    Program program =
        new Program("count", new Source("stdin", "uprobe:x:y\n{ @[pid]++ }"), Target.V4);
    FunctionBuilder f = program.main();
    f.at(2, 3);
    Value key = f.stack(f.slot("key", 8, 8), 0);
    f.store(Size.DOUBLE, key, 0, f.binary(Op.SHR, f.call(Sample.PID_TGID), f.constant(32)));
    Value found = f.call(LOOKUP, f.map("AT"), key);
    Block missing = f.block("missing");
    Block present = f.block("present");
    Block done = f.block("done");
    f.branch(JumpOp.EQ, found, f.constant(0), missing, present);
    f.seal(missing);
    f.seal(present);
    f.enter(missing);
    Value one = f.stack(f.slot("one", 8, 8), 0);
    f.store(Size.DOUBLE, one, 0, f.constant(1));
    f.call(UPDATE, f.map("AT"), key, one, f.constant(0));
    f.jump(done);
    f.enter(present);
    f.atomic(AtomicOp.ADD, Size.DOUBLE, found, 0, f.constant(1));
    f.jump(done);
    f.seal(done);
    f.enter(done);
    f.returnValue(f.constant(0));
    return program;
  }

  @Test
  void writesTheUsualPathFirst() {
    assertThat(text(Compiler.compile(countByProcess()).code()))
        .isEqualTo(
            """
            call bpf_get_current_pid_tgid#14
            r0 >>= 32
            *(u64 *)(r10 -8) = r0
            r1 = map[AT]
            r2 = r10
            r2 += -8
            call bpf_map_lookup_elem#1
            if r0 == 0x0 goto pc+4
            r5 = 1
            lock *(u64 *)(r0 +0) += r5
            r0 = 0
            exit
            *(u64 *)(r10 -16) = 1
            r1 = map[AT]
            r2 = r10
            r2 += -8
            r3 = r10
            r3 += -16
            r4 = 0
            call bpf_map_update_elem#2
            goto pc-12
            """);
  }

  @Test
  void saysWhereCodeComesFrom() {
    assertThat(Compiler.compile(countByProcess()).lines())
        .containsExactly(new SourceLine(0, "stdin", 2, 3, "{ @[pid]++ }"));
  }

  @Test
  void saysWhatTheKernelMustHave() {
    Requirements requirements = Compiler.compile(countByProcess()).requirements();
    assertThat(requirements)
        .isEqualTo(
            new Requirements(
                List.of(1, 2, 14),
                EnumSet.noneOf(MachineFeature.class),
                List.of("AT"),
                List.of(),
                List.of()));
    assertThat(requirements.instructionSet()).isEqualTo(3);
  }

  @Test
  void findsLoopsCallbacksAndNewInstructionsInTheRequirements() {
    Program program = new Program("p", Source.NONE, Target.V4);
    FunctionBuilder f = program.main();
    FunctionBuilder body = program.function("body", Type.INT, Type.POINTER);
    body.returnValue(body.constant(0));
    Variable i = f.variable("i", Type.INT);
    Block head = f.block("head");
    Block done = f.block("done");
    f.call(LOOP, f.constant(3), f.function(body.function()), f.constant(0), f.constant(0));
    f.jump(head);
    f.enter(head);
    f.write(i, f.binary(Op.ADD, f.read(i), f.load(Size.DOUBLE, false, f.mapValue("M", 0), 0)));
    f.branch(JumpOp.LT, f.read(i), f.constant(5), head, done);
    f.seal(head);
    f.seal(done);
    f.enter(done);
    f.returnValue(f.binary(Op.SDIV, f.read(i), f.constant(-3)));
    assertThat(Compiler.compile(program).requirements().features())
        .containsExactlyInAnyOrder(
            MachineFeature.CALLBACKS,
            MachineFeature.BOUNDED_LOOPS,
            MachineFeature.V4_INSTRUCTIONS,
            MachineFeature.MAP_VALUE_ADDRESS);
  }

  @Test
  void callsFunctionsOfTheProgram() {
    Program program = new Program("p", Source.NONE, Target.V3);
    FunctionBuilder f = program.main();
    FunctionBuilder twice = program.function("twice", Type.INT);
    twice.returnValue(twice.binary(Op.ADD, twice.parameter(0), twice.parameter(0)));
    Value x = f.call(twice.function(), f.constant(20));
    f.returnValue(f.binary(Op.ADD, x, f.call(twice.function(), f.constant(1))));
    var compiled = Compiler.compile(program);
    assertThat(new Machine(compiled.code(), new long[1], (_, _) -> 0).run()).isEqualTo(42);
    assertThat(compiled.requirements().features()).containsExactly(MachineFeature.LOCAL_CALLS);
    assertThat(compiled.functions()).hasSize(2);
  }

  @Test
  void namesTheLargestObjectsOfAFrameThatIsTooLarge() {
    Program program = new Program("deep", Source.NONE, Target.V4);
    FunctionBuilder f = program.main();
    FunctionBuilder body = program.function("body", Type.INT, Type.POINTER);
    Value inner = body.stack(body.slot("inner", 200, 8), 0);
    body.call(LOOKUP, body.map("m"), inner);
    body.returnValue(body.constant(0));
    Value outer = f.stack(f.slot("outer", 320, 8), 0);
    f.slot("unused", 500, 8);
    f.call(LOOP, f.constant(1), f.function(body.function()), outer, f.constant(0));
    f.returnValue(f.constant(0));
    assertThatThrownBy(() -> Compiler.compile(program))
        .isInstanceOf(FrameTooLarge.class)
        .hasMessageContaining("544 bytes")
        .hasMessageContaining("outer (320 bytes) inner (200 bytes)")
        .hasMessageNotContaining("unused");
  }

  @Test
  void refusesWhatTheTargetLacks() {
    Target old = new Target(EnumSet.noneOf(MachineFeature.class));
    FunctionBuilder f = new Program("p", Source.NONE, old).main();
    assertThatThrownBy(
            () -> f.atomicFetch(AtomicOp.ADD, Size.DOUBLE, f.parameter(0), 0, f.constant(1)))
        .isInstanceOf(MissingFeature.class)
        .hasMessageContaining("FETCHING_ATOMICS");
  }

  @Test
  void reachesFarIntoLargeMemory() {
    Program program = new Program("p", Source.NONE, Target.V4);
    FunctionBuilder f = program.main();
    f.store(Size.WORD, f.mapValue("large", 0), 40_000, f.constant(1));
    f.returnValue(f.constant(0));
    assertThat(text(Compiler.compile(program).code()))
        .contains("r5 += 40000", "*(u32 *)(r5 +0) = 1");
  }

  @Test
  void refusesJumpsThatDoNotReach() {
    FunctionBuilder f = new Program("p", Source.NONE, Target.V4).main();
    Block skip = f.block("skip");
    Block body = f.block("body");
    Value x = f.load(Size.DOUBLE, false, f.parameter(0), 0);
    f.branch(JumpOp.EQ, x, f.constant(0), skip, body);
    f.seal(body);
    f.enter(body);
    for (int i = 0; i < 33_000; i++) {
      f.call(Sample.IMPURE);
    }
    f.jump(skip);
    f.seal(skip);
    f.enter(skip);
    f.returnValue(x);
    assertThatThrownBy(() -> Compiler.compile(f.function().program()))
        .isInstanceOf(ProgramTooLarge.class)
        .hasMessageContaining("33000");
  }

  @Test
  void spillsWhenCallsLeaveTooFewRegisters() {
    Program program = new Program("p", Source.NONE, Target.V4);
    FunctionBuilder f = program.main();
    Value[] kept = new Value[6];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = f.load(Size.DOUBLE, false, f.parameter(0), 8 * i);
    }
    f.call(Sample.IMPURE);
    Value sum = f.constant(0);
    for (Value value : kept) {
      sum = f.binary(Op.ADD, sum, value);
    }
    f.returnValue(sum);
    var compiled = Compiler.compile(program);
    assertThat(compiled.statistics().spills()).isEqualTo(2);
    assertThat(compiled.statistics().stackBytes()).isEqualTo(32);
    long[] context = {1, 2, 3, 4, 5, 6};
    assertThat(new Machine(compiled.code(), context, (_, _) -> 0).run()).isEqualTo(21);
  }
}
