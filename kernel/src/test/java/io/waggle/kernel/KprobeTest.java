package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.AttachType;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;
import io.waggle.linux.Mounts;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions of the kernel, probed for one process: its getppid(2). */
@RequiresBpf
@Requires({Feature.GCC, Feature.KPROBE})
class KprobeTest {
  @TempDir static Path folder;
  private static Target target;

  @BeforeAll
  static void compile() {
    target = Target.compile(folder);
  }

  private static String function() {
    return new SystemCall("getppid", false).function();
  }

  /** Adds the cookie to the count, instead of 1. */
  private static List<Instruction> cookies(int pid) {
    return new Code()
        .move(Register.R6, Register.R1)
        .onlyIn(pid)
        .move(Register.R1, Register.R6)
        .call(Code.GET_ATTACH_COOKIE)
        .add(new Instruction.LoadWide(Register.R1, new WideSource.MapValue("hits", 0)))
        .add(new Instruction.Atomic(Size.DOUBLE, AtomicOp.ADD, false, Register.R1, 0, Register.R0))
        .returnZero();
  }

  private static ProgramSpec multi(AttachType type, int pid) {
    return new ProgramSpec(
        "counter", ProgramType.KPROBE, Optional.of(type), "", 0, cookies(pid), List.of());
  }

  private static LoadedObject counter(Kernel kernel, int pid) {
    return kernel.load(
        Code.object(Code.program("counter", ProgramType.KPROBE, cookies(pid)), Code.HITS));
  }

  @Test
  void entriesAndReturnsAreHitWithTheirCookies() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        Target.Running other = target.start();
        LoadedObject object = counter(kernel, process.pid())) {
      Link enter = object.attach("counter", new Kprobe(function(), 0, false, 1));
      Link leave = object.attach("counter", new Kprobe(function(), 0, true, 100));
      process.call(5);
      other.call(3);
      assertThat(Code.hits(object)).isEqualTo(505);
      leave.close();
      process.call(5);
      assertThat(Code.hits(object)).isEqualTo(510);
      enter.close();
      process.call(5);
      assertThat(Code.hits(object)).isEqualTo(510);
    }
  }

  @Test
  void tracefsMakesProbesOfOldKernelsAndForgetsThem() throws IOException {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object = counter(kernel, process.pid())) {
      Link link =
          TracefsProbe.KPROBE.attach(
              object.program("counter"), function(), false, OptionalInt.empty(), 10);
      process.call(5);
      assertThat(Code.hits(object)).isEqualTo(50);
      assertThat(definitions()).contains("waggle_k/p" + ProcessHandle.current().pid() + "_");
      link.close();
      process.call(5);
      assertThat(Code.hits(object)).isEqualTo(50);
      assertThat(definitions()).doesNotContain("waggle");
    }
  }

  @Test
  void whatAKilledProcessLeftInTracefsIsRemoved() throws IOException {
    Path file = Mounts.tracefs().resolve("kprobe_events");
    Files.writeString(
        file, "p:waggle_k/p4194305_1 " + function(), StandardOpenOption.APPEND); // above pid_max
    assertThat(definitions()).contains("p4194305_1");
    TracefsProbe.KPROBE.sweep();
    assertThat(definitions()).doesNotContain("waggle");
  }

  @Test
  void tracefsMakesUprobesOfOldKernels() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object = counter(kernel, process.pid())) {
      object.attach("counter", new Kprobe(function(), 0, false, 1)).close();
      String place = target.file() + ":0x" + Long.toHexString(process.work());
      OptionalInt pid = OptionalInt.of(process.pid());
      Link link = TracefsProbe.UPROBE.attach(object.program("counter"), place, true, pid, 3);
      process.call(4);
      assertThat(Code.hits(object)).isEqualTo(12);
      link.close();
      process.call(4);
      assertThat(Code.hits(object)).isEqualTo(12);
    }
  }

  @Test
  @Requires(Feature.FENTRY)
  void manyFunctionsHaveTheirCookies() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object =
            kernel.load(
                Code.object(multi(AttachType.TRACE_KPROBE_MULTI, process.pid()), Code.HITS))) {
      if (!kernel.has(io.waggle.kernel.Feature.KPROBE_MULTI)) {
        assertThatThrownBy(() -> object.attach("counter", new KprobeMulti(function(), false)))
            .hasMessageContaining("this kernel lacks kprobe.multi links (Linux 5.18 or newer)");
        return;
      }
      List<KprobeMulti.Functions> functions =
          List.of(
              new KprobeMulti.Functions(function(), 1),
              new KprobeMulti.Functions(function().replace("getppid", "getpg?d"), 50));
      object.attach("counter", new KprobeMulti(functions, false));
      object.attach("counter", new KprobeMulti(functions, true));
      process.call(3);
      assertThat(Code.hits(object)).isEqualTo(6);
      assertThatThrownBy(() -> object.attach("counter", new KprobeMulti("no_such_*", false)))
          .hasMessageContaining("no function that can be traced matches 'no_such_*'");
      assertThatThrownBy(() -> object.attach("counter", new KprobeMulti("vfs_raed", false)))
          .hasMessageContaining("no function 'vfs_raed' (did you mean vfs_read");
    }
  }

  @Test
  @Requires(Feature.FENTRY)
  void aSessionHasEntriesAndReturns() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object =
            kernel.load(
                Code.object(multi(AttachType.TRACE_KPROBE_SESSION, process.pid()), Code.HITS))) {
      KprobeMulti session =
          new KprobeMulti(List.of(new KprobeMulti.Functions(function(), 1)), false);
      if (kernel.has(io.waggle.kernel.Feature.KPROBE_SESSION)) {
        object.attach("counter", session);
        process.call(3);
        assertThat(Code.hits(object)).isEqualTo(6);
      } else {
        assertThatThrownBy(() -> object.attach("counter", session))
            .hasMessageContaining("kprobe.session links (Linux 6.10 or newer)");
      }
    }
  }

  @Test
  void whatCannotBeProbedIsExplained() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = counter(kernel, 1)) {
      assertThatThrownBy(() -> object.attach("counter", new Kprobe("vfs_raed", 0, false)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("kprobe vfs_raed")
          .hasMessageContaining("no such function (did you mean vfs_read");
      assertThatThrownBy(() -> object.attach("counter", new Kprobe("qqqqqqqqqqqqqqqq", 0, false)))
          .hasMessageContaining("inlined everywhere");
      assertThatThrownBy(
              () -> object.attach("counter", new Kprobe("perf_trace_buf_alloc", 0, true)))
          .hasMessageContaining("the kernel forbids probes in it");
      assertThatThrownBy(() -> object.attach("counter", new Kprobe("vfs_read", 1, false)))
          .hasMessageContaining("kprobe vfs_read+1");
      assertThatThrownBy(() -> object.attach("counter", new SystemCall("getpidd", false)))
          .hasMessageContaining("no system call 'getpidd' (did you mean getpid");
      assertThatThrownBy(() -> object.attach("counter", new KprobeMulti("vfs_read", false)))
          .hasMessageContaining("name its section kprobe.multi");
    }
  }

  private static String definitions() throws IOException {
    return Files.readString(Mounts.tracefs().resolve("kprobe_events"));
  }
}
