package io.waggle.script.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.linux.Architecture;
import io.waggle.linux.EventFd;
import io.waggle.script.Script;
import io.waggle.script.output.Names;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Fact;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedScriptTest {
  @TempDir Path folder;

  /** Built on Linux 6.18 from {@code tasks.bt} beside it. */
  private static byte[] built() {
    try (InputStream input = PackedScriptTest.class.getResourceAsStream("/packages/tasks.waggle")) {
      return input.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ScriptPackage pack(Kernel kernel, String text) {
    Plan plan = Script.parse(text).withPortableCode().compile(kernel, Target.everything()).plan();
    return new ScriptPackage("stdin", Architecture.current(), true, plan);
  }

  private static String run(Plan plan, Kernel kernel) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (EventFd stop = new EventFd();
        OutputFile file = OutputFile.to(bytes, BufferMode.FULL);
        Names names = Tracing.names(plan);
        Tracing tracing =
            Tracing.attach(plan, kernel, new TextOutput(file, file, names), Target.everything())) {
      tracing.run(stop.fd());
      tracing.finish(true);
      file.flush();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  @RequiresBpf
  void runsOnAnotherKernelThanItWasBuiltOn() {
    try (Kernel kernel = Kernel.host()) {
      String output = run(Unpacking.plan(ScriptPackage.read(built()), kernel), kernel);
      assertThat(output.lines().filter(line -> !line.isEmpty()).toList())
          .startsWith("java 1", "java 1")
          .contains(", true, true)", "@by[java, { .a = 1, .b = x }]: 1");
    }
  }

  @Test
  @RequiresBpf
  void asksForWhatItsCodeDoesNotKnow() {
    try (Kernel kernel = Kernel.host()) {
      Plan plan = pack(kernel, "begin { print(curtask.comm); print(elapsed + ncpus); }").plan();
      assertThat(plan.facts())
          .containsExactly(
              new Fact.Offset("struct task_struct", "comm"), new Fact.Start(), new Fact.Cpus());
      assertThat(Unpacking.plan(new ScriptPackage("x", Architecture.current(), true, plan), kernel))
          .satisfies(here -> assertThat(here.facts()).isEmpty());
    }
  }

  @Test
  @RequiresBpf
  void whatIsWrittenIsRead() {
    String script =
        "let @k = lruhash(7); begin { printf(\"%s %d\\n\", comm, pid); print((1, \"a\", (b=true)));"
            + " @k[comm, cpu] = lhist(5, 0, 10, 2); @t = tseries(1, 1s, 3, \"max\"); @s = stats(-1);"
            + " @u[ustack(perf, 3)] = count(); cat(\"%s\", comm); errorf(\"x\"); join(0); exit(3); }"
            + " interval:s:1 { print(@k, 3, 2); clear(@k); time(\"%H\"); @z = 1 / @y; @y = 0; }"
            + " end { print(strftime(\"%Y\", nsecs)); print(buf(0, 8)); }";
    try (Kernel kernel = Kernel.host()) {
      ScriptPackage packed = pack(kernel, script);
      Path file = folder.resolve("x.waggle");
      packed.write(file);
      assertThat(ScriptPackage.read(Files.readAllBytes(file))).isEqualTo(packed);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @RequiresBpf
  void refusesAMachineThatLacksSomething() {
    try (Kernel kernel = Kernel.host()) {
      Plan plan = pack(kernel, "begin { print(1); }").plan();
      Plan asking =
          new Plan(
              new BpfObject(
                  "GPL", List.of(new MapSpec(Plan.FACTS, MapType.ARRAY, 4, 8, 1)), List.of()),
              List.of(),
              plan.maps(),
              plan.actions(),
              List.of(),
              List.of(),
              List.of(new Fact.Offset("struct task_struct", "no_such_member")));
      assertThatThrownBy(
              () ->
                  Unpacking.plan(
                      new ScriptPackage("x.bt", Architecture.current(), true, asking), kernel))
          .isInstanceOf(PackageMismatchException.class)
          .hasMessageContaining("x.bt needs struct task_struct.no_such_member");
    }
  }

  @Test
  void refusesWhatIsNoPackage() {
    byte[] damaged = built();
    damaged[damaged.length / 2] ^= 1;
    assertThatThrownBy(() -> ScriptPackage.read(damaged))
        .isInstanceOf(DamagedPackageException.class)
        .hasMessageContaining("checksum");
    assertThatThrownBy(() -> ScriptPackage.read(new byte[30]))
        .isInstanceOf(DamagedPackageException.class)
        .hasMessageContaining("no package");
  }

  @Property(tries = 500)
  void damagedContentsAreRefused(@ForAll @IntRange(min = 0, max = 20_000) int at, @ForAll byte to) {
    byte[] file = built();
    ByteBuffer body = ByteBuffer.wrap(file, 12, file.length - 12).slice();
    body.put(at % body.capacity(), to);
    try {
      assertThat(RecordReader.read(body, ScriptPackage.class)).isNotNull();
    } catch (DamagedPackageException refused) {
      assertThat(refused).hasMessageContaining("damaged package");
    }
  }
}
