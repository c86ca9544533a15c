package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a newcomer tries first, one line each: the subjects of bpftrace's tutorial. */
@Guest
@RequiresBpf
@Requires(Feature.KPROBE)
class TutorialTest {

  /** A lesson: a script, and what must be found in its output. */
  record Lesson(String subject, String script, String expected) {
    @Override
    public String toString() {
      return subject;
    }
  }

  static List<Lesson> lessons() {
    return List.of(
        new Lesson("greeting", "begin { printf(\"good day\\n\"); }", "good day"),
        new Lesson(
            "files opened",
            "t:syscalls:sys_enter_openat { printf(\"%s opens %s\\n\", comm, str(args.filename)); }",
            "cat opens /etc/hostname"),
        new Lesson(
            "system calls by program",
            "tracepoint:raw_syscalls:sys_enter { @calls[comm] = count(); }",
            "@calls\\[cat\\]: [1-9]"),
        new Lesson(
            "sizes that read gave",
            "tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @bytes = hist(args.ret); }",
            "@bytes:"),
        new Lesson(
            "the same from a function of the kernel",
            "kretprobe:vfs_read { @bytes = lhist(retval, 0, 2000, 200); }",
            "@bytes:"),
        new Lesson(
            "time spent in a function",
            "kprobe:vfs_read { @since[tid] = nsecs; } kretprobe:vfs_read /@since[tid]/"
                + " { @ns[comm] = hist(nsecs - @since[tid]); delete(@since, tid); }",
            "@ns\\[cat\\]:"),
        new Lesson(
            "events of the scheduler",
            "tracepoint:sched:sched* { @[probe] = count(); }",
            "@\\[tracepoint:sched:sched_switch\\]: [1-9]"),
        new Lesson(
            "where the kernel spends its time",
            "profile:hz:99 { @[kstack] = count(); }",
            "\\]: [1-9]"),
        new Lesson(
            "why threads leave the CPU",
            "tracepoint:sched:sched_switch { @[kstack(5)] = count(); }",
            "schedule\\+[0-9]+\n"),
        new Lesson(
            "requests to disks",
            "tracepoint:block:block_rq_issue { @bytes = hist(args.bytes); }",
            ""),
        new Lesson(
            "structures of the kernel",
            "kprobe:vfs_open { printf(\"open path: %s\\n\","
                + " str(((struct path *)arg0).dentry.d_name.name)); }",
            "open path: hostname"));
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void works(Lesson lesson) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything();
        OutputFile out = OutputFile.to(bytes, BufferMode.FULL)) {
      Plan plan = Script.parse(lesson.script()).compile(kernel, target).plan();
      TextOutput output = new TextOutput(out, out, Tracing.names(plan));
      try (Tracing tracing = Tracing.attach(plan, kernel, output, target)) {
        Process process = new ProcessBuilder("cat", "/etc/hostname").start();
        process.getInputStream().readAllBytes();
        process.waitFor();
        tracing.runFor(Duration.ofMillis(200));
        tracing.finish(true);
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).containsPattern(lesson.expected());
  }
}
