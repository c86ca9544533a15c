package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waggle.kernel.Kernel;
import io.waggle.script.probes.ProbeException;
import io.waggle.script.run.Target;
import io.waggle.script.syntax.ScriptException;
import io.waggle.testing.Golden;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attach points that stand for nothing, or for too much. */
@RequiresBpf
class ProbeErrorTest {
  @TempDir static Path folder;

  /** Each is wrong on any kernel. */
  private static final List<String> WRONG =
      List.of(
          "tracepint:sched:sched_switch { }",
          "tracepoint:sched:sched_swich { }",
          "tracepoint:sched:sched_switch, tracepoint:sched:nothing_like_it { }",
          "tracepoint:sched:nothing* { }",
          "tracepoint:sched { }",
          "rawtracepoint:sched_swich { }",
          "uprobe:FILE:wrok { }",
          "uprobe:FILE:work+4096 { }",
          "uretprobe:FILE:work+1 { }",
          "uprobe:FILE:0x10 { }",
          "uprobe:FILE@file.c:77 { }",
          "uprobe:FILE@other.c:1 { }",
          "uprobe:/no/such/file:work { }",
          "usdt:FILE:nothing { }",
          "software:page-fault:1 { }",
          "software:*:1 { }",
          "hardware:cache-misses:x { }",
          "profile:day:1 { }",
          "interval:s:0 { }",
          "watchpoint:0:8:w { }",
          "watchpoint:0xffffffff81000000:3:w { }",
          "watchpoint:0xffffffff81000000:8:q { }",
          "iter:taks { }",
          "iter:ta* { }",
          "self:signal:SIGTERM { }",
          "begin:x { }");

  @Test
  void saysWhatIsWrongAndWhatMayBeMeant() {
    Path file =
        NativeProgram.compile(
                folder,
                "file",
                "int work(int n) { return n + 1; }\nint main(void) { return work(1); }\n",
                "-g",
                "-O0")
            .file();
    StringBuilder all = new StringBuilder();
    for (String wrong : WRONG) {
      Script script = Script.parse(wrong.replace("FILE", file.toString()));
      ScriptException error =
          catchThrowableOfType(ScriptException.class, () -> script.probes(OptionalInt.empty()));
      assertThat(error).as(wrong).isNotNull();
      all.append(error.getMessage().replace(file.toString(), "FILE").replaceAll("~+", "~"));
      all.append("\n\n");
    }
    // Where the error ends depends on the length of the file's path, sizes on the compiler.
    String text =
        all.toString()
            .replaceAll("stdin:1:1-[0-9]+:", "stdin:1:1-N:")
            .replaceAll("size is [0-9]+", "size is N");
    Golden.assertMatches(ProbeErrorTest.class, "probe-errors.txt", text);
  }

  @Test
  void missingProbesMayBeLeftOut() {
    String probes =
        " tracepoint:sched:sched_switch, tracepoint:sched:nope { } tracepoint:none:* { }";
    assertThat(warnings("config = { missing_probes = \"warn\" }" + probes))
        .hasSize(2)
        .satisfies(
            warnings -> {
              assertThat(warnings.getFirst())
                  .contains("WARNING: No matches for tracepoint sched:nope. Skipping.");
              assertThat(warnings.getLast())
                  .contains("Probe has no valid attach points. It is being removed");
            });
    assertThat(warnings("config = { missing_probes = \"ignore\" }" + probes)).isEmpty();
    ScriptException nothing =
        catchThrowableOfType(
            ScriptException.class,
            () -> warnings("config = { missing_probes = \"ignore\" } tracepoint:none:x { }"));
    assertThat(nothing).hasMessageContaining("ERROR: No probes to attach");
  }

  private static List<String> warnings(String script) {
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      return Script.parse(script).compile(kernel, target).warnings();
    }
  }

  @Test
  void tooManyProbesAreRefused() {
    ProbeException refused =
        catchThrowableOfType(
            ProbeException.class,
            () ->
                Script.parse("config = { max_probes = 2 } tracepoint:sched:sched_wak* { }")
                    .probes(OptionalInt.empty()));
    assertThat(refused)
        .hasMessageMatching(
            "Can't attach to [0-9]+ probes because it exceeds the current limit of 2 probes\\.");
    assertThat(refused.hint()).get().asString().contains("BPFTRACE_MAX_PROBES");
  }
}
