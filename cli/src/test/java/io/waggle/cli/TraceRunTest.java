package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code waggle trace} as people run it: a process with its output, messages and exit status. */
@RequiresBpf
class TraceRunTest {
  @TempDir Path folder;

  /** What a run left. */
  private record Result(String out, String err, int status) {}

  @Test
  void printsAndExits() throws Exception {
    Result result = trace("-e", "BEGIN { printf(\"hi %d\\n\", 42); exit(); }");
    assertThat(result.err).isEqualTo("Attached 1 probe\n");
    assertThat(result.out).isEqualTo("hi 42\n\n\n");
    assertThat(result.status).isZero();
  }

  @Test
  void aScriptOfBeginAndEndIsOverByItself() throws Exception {
    Result result = trace("-q", "-e", "begin { @a = 1; @b[2, \"x\"] = -3; } end { print(@a); }");
    assertThat(result.err).isEmpty();
    assertThat(result.out).isEqualTo("@a: 1\n\n\n@a: 1\n@b[2, x]: -3\n");
  }

  @Test
  void onlyScalarsThatWereWrittenArePrinted() throws Exception {
    String script =
        "begin { @zero = 0; @text = \"\"; @gone = 1; delete(@gone); @cleared = 2; clear(@cleared);"
            + " @emptied = 3; zero(@emptied); @step++; @step--; }"
            + " interval:s:1000 { @never = 1; @count = count(); @t = (1, 2); }"
            + " interval:ms:1 { exit(); }";
    assertThat(trace("-q", "-e", script).out)
        .isEqualTo("\n\n@emptied: 0\n@step: 0\n@text: \n@zero: 0\n");
  }

  @Test
  void unreadableMemoryIsAnEmptyText() throws Exception {
    assertThat(trace("-q", "-e", "begin { printf(\"[%s]\\n\", str(1)); exit(); }").out)
        .isEqualTo("[]\n\n\n");
  }

  @Test
  void theExitCodeIsTheScripts() throws Exception {
    assertThat(trace("-e", "begin { exit(69); }").status).isEqualTo(69);
  }

  @Test
  void theCommandsExitStatusIsPassedOn() throws Exception {
    String waiting = "interval:s:60 { exit(); }";
    assertThat(trace("-q", "-e", waiting, "-c", "sh -c 'exit 3'").status).isEqualTo(3);
    assertThat(trace("-q", "-e", waiting, "-c", "sh -c 'kill -9 $$'").status).isEqualTo(137);
    assertThat(trace("-q", "-e", waiting, "-c", "true").status).isZero();
  }

  @Test
  void anIntervalTicksWhileTheTracedProcessSleeps() throws Exception {
    try (RunningProgram sleeper = RunningProgram.start(List.of("sleep", "60"))) {
      Result result = trace("-q", "-p", "" + sleeper.pid(), "-e", "interval:ms:50 { exit(5); }");
      assertThat(result.status).isEqualTo(5);
    }
  }

  @Test
  void jsonIsOneObjectALine() throws Exception {
    Result result =
        trace("-f", "json", "-e", "begin { printf(\"a\\tb\"); print((1, \"x\")); @ = 5; exit(); }");
    assertThat(result.out)
        .isEqualTo(
            """
            {"type": "attached_probes", "count": 1, "data": {"probes": 1}}
            {"type": "printf", "data": "a\\tb"}
            {"type": "value", "data": [1,"x"]}
            {"type": "map", "data": {"@": 5}}
            """);
  }

  @Test
  void tracesACommandOfItsOwn() throws Exception {
    NativeProgram program =
        NativeProgram.compile(
            folder,
            "calls",
            """
            __attribute__((noipa, patchable_function_entry(1))) long work(long n) { return n * 2; }
            int main(void) {
              long total = 0;
              for (long i = 0; i < 100; i++) { total += work(i); }
              return total == 0;
            }
            """);
    Result result =
        trace(
            "-e",
            "uprobe:"
                + program.file()
                + ":work { @calls = count(); @sizes = lhist(arg0, 0, 100, 50); }"
                + " uretprobe:"
                + program.file()
                + ":work { @most = max(retval); }",
            "-c",
            program.file().toString());
    assertThat(result.err).isEqualTo("Attached 2 probes\n");
    assertThat(result.out)
        .isEqualTo(
            """


            @calls: 100
            @most: 198
            @sizes:
            [0, 50)               50 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
            [50, 100)             50 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

            """);
    assertThat(result.status).isZero();
  }

  @Test
  void dryRunAttachesAndSaysNothing() throws Exception {
    Result result = trace("--dry-run", "-e", "begin { printf(\"hello\\n\"); @ = 0; }");
    assertThat(result).isEqualTo(new Result("", "", 0));
  }

  @Test
  void writesToAFile() throws Exception {
    Path file = folder.resolve("out");
    Result result = trace("-q", "-o", file.toString(), "-e", "begin { printf(\"x\\n\"); exit(); }");
    assertThat(result.out).isEmpty();
    assertThat(file).hasContent("x\n\n\n");
  }

  @Test
  void readsAFileAndParameters() throws Exception {
    Path file =
        Files.writeString(folder.resolve("s.bt"), "begin { printf(\"%d\\n\", $1); exit(); }");
    assertThat(trace("-q", file.toString(), "7").out).isEqualTo("7\n\n\n");
    Result missing = trace(folder.resolve("none.bt").toString());
    assertThat(missing.err)
        .isEqualTo(
            "ERROR: failed to open file '"
                + folder.resolve("none.bt")
                + "': No such file or directory\n");
    assertThat(missing.status).isEqualTo(1);
  }

  @Test
  void aScriptTakesOptionsBehindADoubleDash() throws Exception {
    String script = "begin { print(($1, getopt(\"n\", 10, \"how many\"), getopt(\"all\"))); }";
    assertThat(trace("-q", "-e", script, "x", "--", "--n=20", "--all").out)
        .isEqualTo("(x, 20, true)\n\n\n");
    Result unknown = trace("-q", "-e", script, "--", "--m=20");
    assertThat(unknown.err)
        .isEqualTo(
            """
            ERROR: unexpected program command line options: --m
            HINT: expected program options:
            --all
            --n: how many
            """);
    assertThat(unknown.status).isEqualTo(1);
  }

  @Test
  @Requires(Feature.CLANG)
  void headersAreReadThroughClang() throws Exception {
    Files.writeString(
        folder.resolve("point.h"),
        "#include <stdint.h>\n#define SIZE 3\nstruct point { uint16_t at[SIZE]; };\n");
    Path script =
        Files.writeString(
            folder.resolve("s.bt"),
            "#!/usr/bin/env -S waggle trace\n#include \"point.h\"\n"
                + "begin { print((sizeof(struct point), SIZE)); }");
    assertThat(trace("-q", script.toString()).out).isEqualTo("(6, 3)\n\n\n");
    String plain = "begin { print(sizeof(struct point)); }";
    assertThat(trace("-q", "-I", folder.toString(), "--include", "point.h", "-e", plain).out)
        .isEqualTo("6\n\n\n");
    refused("fatal error: 'none.h' file not found", "-e", "#include <none.h>\nbegin { }");
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void typesAreListed() throws Exception {
    assertThat(trace("-d", "types", "-e", "begin { @x[comm] = count(); $m = curtask.mm; }").out)
        .isEqualTo("@x[string[16]]: count_t\nbegin\n  $m: struct mm_struct *\n");
  }

  @Test
  void errorsNameWhatIsWrong() throws Exception {
    refused("stdin:1:1-16: ERROR: Invalid provider: 'upobe'", "-e", "upobe:/bin/sh:f { }");
    refused("ERROR: No matches for tracepoint sched:nonsense", "-e", "t:sched:nonsense { }");
    refused("ERROR: there is no process 4000000", "-p", "4000000", "-e", "i:s:1 { }");
    refused("ERROR: ", "-c", "/no/such/command", "-e", "i:s:1 { }");
    refused("/no/such/command", "-c", "/no/such/command", "-e", "i:s:1 { }");
    refused("is no ELF file", "-e", "uprobe:/etc/passwd:f { }");
    refused("did you mean malloc", "-e", "uprobe:libc:maloc { }");
    refused("~~~", "-e", "begin { print(pidd); }");
    refused("kprobe", "-e", "kprobe:vfs_read { }");
  }

  @Test
  void listsProbes() throws Exception {
    Result result = trace("-l", "software:*faults*");
    assertThat(result.out.lines())
        .containsExactly(
            "software:alignment-faults:",
            "software:emulation-faults:",
            "software:faults:",
            "software:major-faults:",
            "software:minor-faults:",
            "software:page-faults:");
    assertThat(trace("-l", "tracepoint:raw_syscalls:*").out)
        .isEqualTo("tracepoint:raw_syscalls:sys_enter\ntracepoint:raw_syscalls:sys_exit\n");
    assertThat(trace("-l", "-e", "hardware:cache-misses:10 { } i:s:1 { }").out)
        .isEqualTo("hardware:cache-misses:\ninterval:s:\n");
  }

  @Test
  void tellsWhatTheKernelHas() throws Exception {
    assertThat(trace("--info").out).contains("Kernel features\n", "  uprobe_multi links: ");
  }

  @Test
  void showsStagesInPlaceOfRunning() throws Exception {
    String stages = trace("-d", "all", "-e", "interval:s:1 { @ = count(); }").out;
    assertThat(stages)
        .contains("interval:s:1 {", "call bpf_map_lookup_elem", "perf_0: accepted, ")
        .doesNotContain("Attached");
  }

  private void refused(String message, String... arguments) throws Exception {
    Result result = trace(arguments);
    assertThat(result.err).contains(message);
    assertThat(result.out).isEmpty();
    assertThat(result.status).isEqualTo(1);
  }

  private Result trace(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "trace"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "stdout", "");
    Path err = Files.createTempFile(folder, "stderr", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(Map.of("LC_ALL", "C"));
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end of " + List.of(arguments) + ": " + Files.readString(err));
    }
    return new Result(Files.readString(out), Files.readString(err), process.exitValue());
  }
}
