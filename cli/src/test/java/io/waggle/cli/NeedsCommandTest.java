package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Golden;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.CLANG)
class NeedsCommandTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __uint(name, val) int (*name)[val]
      typedef unsigned long long u64;
      struct { __uint(type, 27); __uint(max_entries, 4096); } events SEC(".maps");
      static void *(*reserve)(void *, u64, u64) = (void *) 131;
      static void (*submit)(void *, u64) = (void *) 132;
      static long (*read_kernel)(void *, unsigned, const void *) = (void *) 113;
      struct task_struct { int tgid; } __attribute__((preserve_access_index));
      struct no_such_thing { int field; } __attribute__((preserve_access_index));
      extern void bpf_rcu_read_lock(void) __attribute__((section(".ksyms")));
      SEC("tp/syscalls/sys_enter_openat") int opened(struct task_struct *task) {
        int *event = reserve(&events, 4, 0);
        if (event) {
          read_kernel(event, 4, &task->tgid);
          submit(event, 0);
        }
        return 0;
      }
      SEC("?fentry/vfs_read") int extra(struct no_such_thing **thing) { return (*thing)->field; }
      SEC("tp_btf/sched_switch") int switched(u64 *ctx) { bpf_rcu_read_lock(); return 0; }
      char LICENSE[] SEC("license") = "%s";
      """;

  @TempDir Path folder;

  private record Run(int status, String out, String err) {}

  private Run needs(String license, String... options) {
    Path object = BpfCompiler.compile(folder, "opened", SOURCE.formatted(license));
    String[] arguments = new String[options.length + 2];
    arguments[0] = "needs";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = object.toString();
    return run(arguments);
  }

  private Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status,
        out.toString(StandardCharsets.UTF_8).replace(folder + "/", ""),
        err.toString(StandardCharsets.UTF_8).replace(folder + "/", ""));
  }

  @Test
  void answersForAnotherKernelFromTables() {
    Run newEnough = needs("GPL", "--kernel", "6.2");
    Golden.assertMatches(getClass(), "needs-6.2.txt", newEnough.out());
    assertThat(newEnough.status()).isZero();
    Run old = needs("GPL", "--kernel", "5.4.0-150-generic");
    assertThat(old.out())
        .endsWith(
            "needs Linux 6.2 or newer (bpf_rcu_read_lock); Linux 5.4 cannot run it: it lacks"
                + " tracing, tp_btf, ringbuf, bpf_probe_read_kernel, bpf_ringbuf_reserve,"
                + " bpf_ringbuf_submit, bpf_rcu_read_lock\n");
    assertThat(old.status()).isEqualTo(1);
  }

  @Test
  void namesTheLicencesThatWouldDo() {
    Run refused = needs("MIT", "--kernel", "6.18");
    assertThat(refused.out())
        .contains("licence: MIT; it keeps from programs what they call: bpf_probe_read_kernel\n")
        .contains("declare one of: GPL, GPL v2, ")
        .endsWith("cannot run it: it lacks a licence for bpf_probe_read_kernel\n");
    assertThat(refused.status()).isEqualTo(1);
  }

  @Test
  @RequiresBpf
  @Requires(Feature.KERNEL_BTF)
  void asksTheRunningKernel() {
    Run here = needs("GPL");
    assertThat(here.out())
        .containsPattern("bpf_ringbuf_reserve +5.8 +yes")
        .containsPattern("task_struct.tgid +- +yes")
        .containsPattern(
            "no_such_thing.field +- +no +can do without; the kernel has no struct no_such_thing.*;"
                + " for extra");
  }

  @Test
  @RequiresBpf
  void readsScripts() throws Exception {
    Path script = Files.writeString(folder.resolve("count.bt"), "interval:s:1 { @ = count(); }");
    Run needs = run("needs", script.toString());
    assertThat(needs.out()).contains("\n  perf_event ", "\nMap types ", "can run it\n");
    assertThat(needs.status()).isZero();
    Path wrong = Files.writeString(folder.resolve("wrong.bt"), "interval:s:1 { @ = ; }");
    assertThat(run("needs", wrong.toString()).err()).startsWith("waggle needs: wrong.bt:1:");
  }

  @Test
  void json() {
    assertThat(needs("GPL", "--json", "--kernel", "5.4").out())
        .startsWith("{\"file\": \"opened.bpf.o\", \"license\": \"GPL\", \"gpl_compatible\": true,")
        .contains(
            "{\"kind\": \"Helpers\", \"name\": \"bpf_probe_read_kernel\", \"since\": \"5.5\","
                + " \"optional\": false, \"available\": false, \"reason\": \"\", \"programs\":"
                + " [\"opened\"], \"gpl_only\": true}")
        .endsWith("\"oldest_kernel\": \"6.2\", \"runs\": false}\n");
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    assertThat(run("needs", folder + "/none.bpf.o"))
        .isEqualTo(new Run(1, "", "waggle needs: there is no file 'none.bpf.o'\n"));
    Path damaged = Files.write(folder.resolve("half.bpf.o"), new byte[] {0x7f, 'E', 'L', 'F', 2});
    assertThat(run("needs", damaged.toString()).err()).startsWith("waggle needs: half.bpf.o");
    assertThat(run("needs", "--kernel", "new", "x").status()).isEqualTo(Main.USAGE);
    assertThat(run("needs").status()).isEqualTo(Main.USAGE);
  }
}
