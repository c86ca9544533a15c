package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.AttachType;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.linux.Cpus;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@RequiresBpf
class TestRunTest {
  private static final int SLEEPABLE = 16;
  private static final int GET_SMP_PROCESSOR_ID = 8;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final Kernel kernel = Kernel.host();

  private LoadedObject load(ProgramType type, int flags, List<Instruction> code) {
    Optional<AttachType> attach =
        type == ProgramType.XDP ? Optional.of(AttachType.XDP) : Optional.empty();
    ProgramSpec spec = new ProgramSpec("counter", type, attach, "", flags, code, List.of());
    return kernel.load(Code.object(spec, Code.HITS));
  }

  private static LoadedProgram program(LoadedObject object) {
    return object.program("counter");
  }

  private static Code keepingContext() {
    return new Code().move(Register.R6, Register.R1).count();
  }

  /** Reads or writes four bytes of the context. */
  private static Instruction read(Register to, int offset) {
    return new Instruction.Load(Size.WORD, false, to, Register.R6, offset);
  }

  private static Instruction write(int offset, Register value) {
    return new Instruction.Store(Size.WORD, Register.R6, offset, value);
  }

  @Test
  void aPacketComesBackAsTheProgramLeftIt() {
    Code code = keepingContext();
    code.add(read(Register.R1, 0)).add(read(Register.R2, 4)); // data, data_end
    code.move(Register.R3, Register.R1).plus(Register.R3, 14);
    code.add(new Instruction.Jump(true, JumpOp.GT, Register.R3, Register.R2, 2));
    code.move(Register.R4, 0x55);
    code.add(new Instruction.Store(Size.BYTE, Register.R1, 13, Register.R4));
    code.move(Register.R0, 3);
    byte[] packet = new byte[60];
    packet[20] = 7;
    try (LoadedObject object = load(ProgramType.XDP, 0, code.exit())) {
      TestRun.Outcome outcome = TestRun.ONCE.withData(packet).run(program(object));
      packet[13] = 0x55;
      assertThat(outcome.returned()).isEqualTo(3);
      assertThat(outcome.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(packet);
      assertThat(outcome.context().byteSize()).isZero();
      assertThat(Code.hits(object)).isEqualTo(1);
      TestRun.Outcome many = TestRun.ONCE.withData(packet).withRepeat(100_000).run(program(object));
      assertThat(Code.hits(object)).isEqualTo(100_001);
      assertThat(many.nanoseconds()).isPositive();
    }
  }

  @Test
  void aContextGoesInAndComesBack() {
    // __sk_buff: mark at 8, cb[0] at 48
    Code code = keepingContext().add(read(Register.R7, 8));
    code.plus(Register.R7, 1).add(write(8, Register.R7)).add(write(48, Register.R7));
    MemorySegment context = MemorySegment.ofArray(new byte[192]);
    context.set(INT, 8, 41);
    try (LoadedObject object = load(ProgramType.SCHED_CLS, 0, code.returnZero())) {
      TestRun run = TestRun.ONCE.withData(new byte[64]).withContext(context);
      TestRun.Outcome outcome = run.run(program(object));
      assertThat(outcome.context().get(INT, 8)).isEqualTo(42);
      assertThat(outcome.context().get(INT, 48)).isEqualTo(42);
      assertThat(outcome.data().byteSize()).isEqualTo(64);
      context.set(INT, 0, 1); // len, which nobody may choose
      assertThatThrownBy(() -> run.run(program(object)))
          .isInstanceOf(TestRunException.class)
          .hasMessageContaining("cannot run program counter of type SCHED_CLS")
          .hasMessageContaining("a context of 192 do not fit it");
    }
  }

  @Test
  void aSystemCallProgramAnswersInItsContext() {
    Code code = keepingContext().add(read(Register.R7, 0));
    code.add(new Instruction.Alu(true, AluOp.MUL, Register.R7, new Immediate(3)));
    code.add(write(4, Register.R7)).move(Register.R0, 5);
    MemorySegment context = MemorySegment.ofArray(new byte[8]);
    context.set(INT, 0, 14);
    try (LoadedObject object = load(ProgramType.SYSCALL, SLEEPABLE, code.exit())) {
      TestRun.Outcome outcome = TestRun.ONCE.withContext(context).run(program(object));
      assertThat(outcome.returned()).isEqualTo(5);
      assertThat(outcome.context().get(INT, 4)).isEqualTo(42);
      assertThat(context.get(INT, 4)).isZero();
    }
  }

  @Test
  void aRawTracepointProgramRunsWhereAsked() {
    Code code = keepingContext().call(GET_SMP_PROCESSOR_ID);
    try (LoadedObject object = load(ProgramType.RAW_TRACEPOINT, 0, code.exit())) {
      for (int cpu : Cpus.online()) {
        assertThat(TestRun.ONCE.on(cpu).run(program(object)).returned()).isEqualTo(cpu);
      }
      assertThatThrownBy(() -> TestRun.ONCE.withRepeat(2).run(program(object)))
          .isInstanceOf(TestRunException.class)
          .hasMessageContaining("programs of this type run once at a time");
      assertThatThrownBy(() -> TestRun.ONCE.on(100_000).run(program(object)))
          .isInstanceOf(TestRunException.class)
          .hasMessageContaining("there is no CPU 100000");
    }
  }

  @Test
  void liveFramesGoWhereTheProgramSendsThem() {
    int drop = 1;
    Code code = keepingContext().move(Register.R0, drop);
    // xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex
    MemorySegment context = MemorySegment.ofArray(new byte[24]);
    context.set(INT, 4, 64);
    context.set(INT, 12, 1); // lo
    TestRun run =
        TestRun.ONCE.withData(new byte[64]).withContext(context).withRepeat(1000).withLiveFrames();
    try (LoadedObject object = load(ProgramType.XDP, 0, code.exit());
        LoadedObject other = load(ProgramType.SCHED_CLS, 0, keepingContext().returnZero())) {
      run.run(program(object));
      assertThat(Code.hits(object)).isEqualTo(1000);
      assertThatThrownBy(() -> run.run(program(other)))
          .isInstanceOf(TestRunException.class)
          .hasMessageContaining("only XDP programs meet live frames");
    }
  }

  @Test
  void aKindThatTheKernelDoesNotRunIsNamed() {
    try (LoadedObject object = load(ProgramType.PERF_EVENT, 0, keepingContext().returnZero())) {
      assertThatThrownBy(() -> program(object).runOnce())
          .isInstanceOf(TestRunException.class)
          .hasMessageContaining("cannot run program counter of type PERF_EVENT")
          .hasMessageContaining("this kernel has no test runs for that type");
    }
  }
}
