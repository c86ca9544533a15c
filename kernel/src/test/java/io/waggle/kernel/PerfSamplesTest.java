package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresBpf
@Requires(Feature.GCC)
class PerfSamplesTest {
  /** Prints where its variable is, then adds the numbers on its input to it. */
  private static final String SOURCE =
      """
      #include <stdio.h>
      static volatile long sum;
      int main(void) {
        long number;
        setvbuf(stdout, NULL, _IOLBF, 0);
        printf("%lu\\n", (unsigned long) &sum);
        while (scanf("%ld", &number) == 1) {
          for (long i = 0; i < number; i++) sum++;
          puts("done");
        }
      }
      """;

  @TempDir static Path folder;
  private static NativeProgram program;

  private final Kernel kernel = Kernel.host();

  @BeforeAll
  static void compile() {
    program = NativeProgram.compile(folder, "adder", SOURCE);
  }

  private LoadedObject counter(ProgramType type, int pid) {
    return kernel.load(
        Code.object(
            Code.program("counter", type, new Code().onlyIn(pid).count().returnZero()), Code.HITS));
  }

  private static PerfSamples of(String name, PerfEventAttributes event, int pid) {
    return new PerfSamples(name, event, true, OptionalInt.of(pid));
  }

  private static void add(RunningProgram process, int number) {
    process.send(Integer.toString(number));
    process.readLine();
  }

  @Test
  void aBreakpointIsHitByEachWrite() {
    try (RunningProgram process = program.start()) {
      long address = Long.parseUnsignedLong(process.readLine());
      int write = 2;
      try (LoadedObject object = counter(ProgramType.PERF_EVENT, process.pid())) {
        Link link =
            object.attach(
                "counter", new Watchpoint(address, 8, write, OptionalInt.of(process.pid())));
        add(process, 7);
        assertThat(Code.hits(object)).isEqualTo(7);
        link.close();
        add(process, 7);
        assertThat(Code.hits(object)).isEqualTo(7);
      }
    }
  }

  @Test
  void softwareEventsAreCounted() {
    PerfEventSource switches = new PerfEventSource.Software(3);
    try (RunningProgram process = program.start();
        LoadedObject object = counter(ProgramType.PERF_EVENT, process.pid())) {
      process.readLine();
      object.attach(
          "counter", of("switches", PerfEventAttributes.period(switches, 1), process.pid()));
      while (Code.hits(object) == 0) {
        add(process, 1); // it sleeps until its input comes
      }
    }
  }

  @Test
  void aMachineCountsInstructionsOrSaysThatItDoesNot() {
    PerfEventSource instructions = new PerfEventSource.Hardware(1);
    try (RunningProgram process = program.start();
        LoadedObject object = counter(ProgramType.PERF_EVENT, process.pid())) {
      process.readLine();
      PerfSamples place =
          of("instructions", PerfEventAttributes.period(instructions, 10_000), process.pid());
      try {
        object.attach("counter", place);
      } catch (AttachException refused) {
        assertThat(refused)
            .hasMessageContaining("cannot attach to instructions")
            .hasMessageContaining("this machine does not count that event");
        return;
      }
      while (Code.hits(object) == 0) {
        add(process, 100_000);
      }
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    PerfEventSource clock = new PerfEventSource.Software(0);
    PerfSamples nobody = of("clock", PerfEventAttributes.period(clock, 1_000_000), 1 << 22);
    try (LoadedObject object = counter(ProgramType.PERF_EVENT, 1);
        LoadedObject other = kernel.load(Network.counter(ProgramType.XDP, AttachType.XDP, 0))) {
      assertThatThrownBy(() -> object.attach("counter", nobody))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no process 4194304");
      assertThatThrownBy(() -> other.attach("counter", nobody))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("cannot attach to clock")
          .hasMessageContaining("is of type XDP, not PERF_EVENT");
    }
  }
}
