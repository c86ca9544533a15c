package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Refused;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.script.syntax.ScriptException;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions of the kernel that a program of the test's own runs into. */
@RequiresBpf
class KernelProbesTest {
  @TempDir static Path folder;
  private static String file;

  @BeforeAll
  static void build() {
    file =
        NativeProgram.compile(
                folder,
                "caller",
                """
                #include <fcntl.h>
                #include <unistd.h>
                #include <sys/syscall.h>
                int main(void) {
                  char bytes[100];
                  int zero = open("/dev/zero", O_RDONLY);
                  for (int i = 0; i < 7; i++) syscall(SYS_getppid);
                  for (int i = 0; i < 3; i++) syscall(SYS_getpgid, 0);
                  for (int i = 1; i <= 5; i++) read(zero, bytes, 77);
                  return 0;
                }
                """)
            .file()
            .toString();
  }

  private static List<String> trace(String script) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.command(List.of(file));
        OutputFile out = OutputFile.to(bytes, BufferMode.FULL)) {
      Plan plan = Script.parse(script).compile(kernel, target).plan();
      TextOutput output = new TextOutput(out, out, Tracing.names(plan));
      try (Tracing tracing = Tracing.attach(plan, kernel, output, target)) {
        target.release();
        tracing.runFor(Duration.ofMinutes(1));
        tracing.finish(true);
      }
    }
    return RuntimeCase.lines(bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  @Requires(Feature.KPROBE)
  void kprobesSeeArgumentsAndResults() {
    assertThat(
            trace(
                """
                kprobe:vfs_read /pid == cpid && arg2 == 77/ { @[func, probe] = count(); }
                kretprobe:vfs_read /pid == cpid && retval == 77/ { @read = sum(retval); }
                """))
        .containsExactlyInAnyOrder("@[vfs_read, kprobe:vfs_read]: 5", "@read: 385");
  }

  @Test
  @Requires(Feature.KPROBE)
  void wildcardsTellWhichFunctionItWas() {
    // Names that ftrace lists: of a system call without arguments it lists another one.
    assertThat(trace("kprobe:__x64_sys_getpgi* /pid == cpid/ { @[func] = count(); }"))
        .containsExactly("@[__x64_sys_getpgid]: 3");
    assertThat(
            trace(
                "kprobe:__x64_sys_getpgi?,kprobe:vfs_rea? /pid == cpid/"
                    + " { @[probe] = count(); }"))
        .contains("@[kprobe:__x64_sys_getpgid]: 3")
        .anyMatch(line -> line.startsWith("@[kprobe:vfs_read]: "));
  }

  @Test
  @Requires(Feature.KPROBE)
  void severalProbesOfOneFunctionRunInOrder() {
    assertThat(
            trace(
                """
                kprobe:__x64_sys_getppid /pid == cpid/ { @a = 1; }
                kprobe:__x64_sys_getppid /pid == cpid/ { if (@a == 1) { @second = 1; } }
                kretprobe:__x64_sys_getppid /pid == cpid/ { @b = 1; }
                kretprobe:__x64_sys_getppid /pid == cpid/ { if (@b == 1) { @last = count(); } }
                """))
        .contains("@second: 1", "@last: 7");
  }

  @Test
  @Requires({Feature.KPROBE, Feature.FENTRY})
  void fentryHasTypedArgumentsAndResults() {
    assertThat(
            trace(
                """
                fentry:vfs_read /pid == cpid && args.count == 77/ { @[func, probe] = count(); }
                fexit:vfs_read /pid == cpid && args.count == 77/ {
                  @read = sum(retval); @file = (args.file != 0);
                }
                """))
        .containsExactlyInAnyOrder(
            "@[vfs_read, fentry:vmlinux:vfs_read]: 5", "@file: true", "@read: 385");
  }

  @Test
  void rawTracepointsHaveTypedArguments() {
    // arguments of sys_enter: struct pt_regs *regs, long id (include/trace/events/syscalls.h)
    assertThat(
            trace(
                """
                rawtracepoint:sys_enter /pid == cpid && args.id == 110/ { @[args.regs == arg0] = count(); }
                """))
        .containsExactly("@[true]: 7");
  }

  @Test
  void iteratorsWalkOverTasks() {
    long pid = ProcessHandle.current().pid();
    assertThat(
            trace(
                "iter:task /ctx.task.pid == PID/ { printf(\"%s %d\\n\", ctx.task.comm, ctx.task.tgid); }"
                    .replace("PID", Long.toString(pid))))
        .containsExactly("java " + pid);
    assertThat(
            trace(
                "iter:task_vma /ctx.task.pid == PID/ { @ = count(); }"
                    .replace("PID", Long.toString(pid))))
        .singleElement()
        .asString()
        .matches("@: [1-9][0-9]*");
  }

  @Test
  @Requires(Feature.KPROBE)
  void offsetsInsideInstructionsAreRefused() {
    assertThatThrownBy(() -> trace("kprobe:vfs_read+1 { }"))
        .hasMessageContaining("no instruction starts at offset 1");
  }

  @Test
  @Requires(Feature.KPROBE)
  void whatTheKernelRefusesMayBeLeftOut() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.command(List.of(file));
        OutputFile out = OutputFile.to(bytes, BufferMode.FULL)) {
      Plan plan =
          Script.parse("kprobe:vfs_read+1 { } kprobe:vfs_read /pid == cpid/ { @ = 1; }")
              .compile(kernel, target)
              .plan();
      TextOutput output = new TextOutput(out, out, Tracing.names(plan));
      try (Tracing tracing = Tracing.attach(plan, kernel, output, target, Refused.WARN)) {
        assertThat(tracing.attached()).isEqualTo(1);
        target.release();
        tracing.runFor(Duration.ofMinutes(1));
        tracing.finish(true);
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("Unable to attach probe: kprobe:vfs_read+1. Skipping.", "@: 1");
  }

  @Test
  @Requires(Feature.KPROBE)
  void missingFunctionsAreErrorsOrLeftOut() {
    assertThatThrownBy(() -> trace("kprobe:vfs_raed { }"))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining("No matches for kprobe vfs_raed.");
    assertThat(
            trace(
                """
                config = { missing_probes = "warn" }
                kprobe:vfs_raed, kprobe:__x64_sys_getppid /pid == cpid/ { @ = count(); }
                """))
        .containsExactly("@: 7");
  }
}
