package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

@RequiresBpf
class BpfProgramTest {
  private static final int RAW_TRACEPOINT = 17;
  private static final long RETURN_7 = 0x0000_0007_0000_00b7L; // r0 = 7
  private static final long EXIT = 0x95L;

  private static ProgramLoad program(Arena arena, long... instructions) {
    MemorySegment code = arena.allocateFrom(JAVA_LONG, instructions);
    return new ProgramLoad(RAW_TRACEPOINT, "test-program", code);
  }

  private static int run(Fd program, int flags, int cpu) {
    MemorySegment none = MemorySegment.NULL;
    BpfTestRun.Request request = new BpfTestRun.Request(none, none, none, none, 0, flags, cpu, 0);
    return BpfTestRun.run(program, request).returned();
  }

  @Test
  void loadsRunsAndDescribes() {
    try (Arena arena = Arena.ofConfined();
        Fd statistics = Bpf.enableStats();
        Fd program = BpfProgram.load(program(arena, RETURN_7, EXIT))) {
      assertThat(statistics.isOpen()).isTrue();
      for (int cpu : Cpus.online()) {
        assertThat(run(program, BpfTestRun.ON_CPU, cpu)).isEqualTo(7);
      }
      assertThat(run(program, 0, 0)).isEqualTo(7);
      ProgramDescription description = BpfProgram.describe(program);
      assertThat(description.name()).isEqualTo("test_program");
      assertThat(description.type()).isEqualTo(RAW_TRACEPOINT);
      assertThat(description.xlatedBytes()).isGreaterThanOrEqualTo(16);
      assertThat(description.verifiedInstructions()).isEqualTo(2);
      assertThat(description.maps()).isEmpty();
    }
  }

  @Test
  void aRejectedProgramBringsTheVerifiersLog() {
    try (Arena arena = Arena.ofConfined()) {
      ProgramLoad endless = program(arena, EXIT);
      assertThatThrownBy(() -> BpfProgram.load(endless))
          .isInstanceOfSatisfying(
              ProgramLoadException.class,
              refused -> {
                assertThat(refused.log()).contains("R0 !read_ok");
                assertThat(refused.errno()).isEqualTo(Errno.EACCES);
              })
          .hasMessageContaining("test-program");
    }
  }

  @Test
  void keepsTheLogOfASuccessWhenAsked() {
    try (Arena arena = Arena.ofConfined()) {
      BpfProgram.Logged logged =
          BpfProgram.loadLogged(program(arena, RETURN_7, EXIT), BpfProgram.LOG_ALL);
      logged.fd().close();
      assertThat(logged.log()).contains("exit");
    }
  }

  @Test
  void aLogOfAnySizeFits() {
    // 60,000 instructions, each a line or more of log at level 2
    long[] code = new long[60_000];
    java.util.Arrays.fill(code, RETURN_7);
    code[code.length - 1] = EXIT;
    try (Arena arena = Arena.ofConfined()) {
      BpfProgram.Logged logged =
          BpfProgram.loadLogged(program(arena, code), BpfProgram.LOG_BRANCHES | BpfProgram.LOG_ALL);
      logged.fd().close();
      assertThat(logged.log().length()).isGreaterThan(1_000_000);
    }
  }

  @Test
  void attachesToARawTracepointOrTellsThatThereIsNone() {
    try (Arena arena = Arena.ofConfined();
        Fd program = BpfProgram.load(program(arena, RETURN_7, EXIT))) {
      try (Fd link = BpfLink.rawTracepoint(program, "sched_process_fork")) {
        assertThat(BpfLink.describe(link).program()).isEqualTo(BpfProgram.describe(program).id());
      }
      assertThatThrownBy(() -> BpfLink.rawTracepoint(program, "no_such_tracepoint"))
          .isInstanceOf(SystemCallException.class)
          .hasMessageContaining("no_such_tracepoint")
          .hasMessageContaining("ENOENT");
    }
  }
}
