package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresBpf
@Requires(Feature.GCC)
class AttachPointsTest {
  @TempDir static Path folder;
  private static Target target;

  @BeforeAll
  static void compile() {
    target = Target.compile(folder);
  }

  private static LoadedObject counter(Kernel kernel, ProgramType type, int pid) {
    return kernel.load(
        Code.object(
            type == ProgramType.SOCKET_FILTER
                ? Code.program("counter", type, new Code().count().returnZero())
                : Code.program("counter", type, new Code().onlyIn(pid).count().returnZero()),
            Code.HITS));
  }

  @Test
  void aTracepointIsHitByTheTarget() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object = counter(kernel, ProgramType.TRACEPOINT, process.pid())) {
      object.attach("counter", new Tracepoint("sched", "sched_switch"));
      while (Code.hits(object) == 0) {
        process.call(1); // it sleeps until its input comes
      }
    }
  }

  @Test
  void aRawTracepointSeesEverySystemCallOfTheTarget() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object = counter(kernel, ProgramType.RAW_TRACEPOINT, process.pid())) {
      Link link = object.attach("counter", new RawTracepoint("sys_enter"));
      process.call(1000);
      assertThat(Code.hits(object)).isBetween(1000L, 1010L);
      link.close();
      long before = Code.hits(object);
      process.call(10);
      assertThat(Code.hits(object)).isEqualTo(before);
    }
  }

  @Test
  void aClockSamplesTheTarget() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object = counter(kernel, ProgramType.PERF_EVENT, process.pid())) {
      PerfEventSource clock = new PerfEventSource.Software(0);
      object.attach(
          "counter",
          new PerfSamples(
              "profile:us:100",
              PerfEventAttributes.period(clock, 100_000),
              true,
              OptionalInt.of(process.pid())));
      while (Code.hits(object) == 0) {
        process.call(100_000);
      }
    }
  }

  @Test
  void whatIsNotThereIsNamed() {
    try (Kernel kernel = Kernel.host();
        LoadedObject tracepoint = counter(kernel, ProgramType.TRACEPOINT, 1);
        LoadedObject raw = counter(kernel, ProgramType.RAW_TRACEPOINT, 1)) {
      assertThatThrownBy(() -> tracepoint.attach("counter", new Tracepoint("sched", "nothing")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("tracepoint sched:nothing");
      assertThatThrownBy(() -> tracepoint.attach("counter", new Tracepoint("sched", "sched_swich")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("did you mean sched_switch?");
      assertThatThrownBy(() -> tracepoint.attach("counter", new Tracepoint("shed", "sched_switch")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("did you mean sched?");
      assertThatThrownBy(() -> raw.attach("counter", new RawTracepoint("sched_swich")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("did you mean sched_switch?");
      assertThatThrownBy(() -> raw.attach("counter", new RawTracepoint("nothing")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("raw tracepoint nothing");
    }
  }

  @Test
  void aProgramOfAnotherKindIsRefusedAtEachPlace() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = counter(kernel, ProgramType.SOCKET_FILTER, 1)) {
      for (AttachPoint place :
          List.of(
              new Tracepoint("sched", "sched_switch"),
              new RawTracepoint("sched_switch"),
              new Kprobe("do_unlinkat", 0, false),
              new KprobeMulti("do_unlinkat", false),
              new Uprobes(target.file(), List.of(), false, OptionalInt.empty()),
              new Usdt(Path.of(target.file()), "x", "y"),
              new Tracing())) {
        assertThatThrownBy(() -> object.attach("counter", place))
            .isInstanceOf(AttachException.class)
            .hasMessageContaining("cannot attach to " + place)
            .hasMessageContaining("program counter is of type SOCKET_FILTER, not ");
      }
    }
  }

  @Test
  void aKernelWithoutKprobesSaysWhatMayDo() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = counter(kernel, ProgramType.KPROBE, 1)) {
      Kprobe kprobe = new Kprobe("no_such_function", 0, false);
      String message =
          kernel.has(io.waggle.kernel.Feature.KPROBES)
              ? "the kernel has no such function"
              : "this kernel has no kprobes; fentry or a tracepoint may do";
      assertThatThrownBy(() -> object.attach("counter", kprobe))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("kprobe no_such_function")
          .hasMessageContaining(message);
    }
  }
}
