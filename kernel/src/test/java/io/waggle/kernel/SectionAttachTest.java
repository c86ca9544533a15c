package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that attach where their sections say. Every one counts for this process alone. */
@RequiresBpf
@Requires(Feature.CLANG)
class SectionAttachTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static u64 (*bpf_get_current_pid_tgid)(void) = (void *) 14;
      static long (*bpf_seq_write)(void *, const void *, u32) = (void *) 127;
      const volatile int wanted = 0;
      int hits, returned;
      static __attribute__((always_inline)) int ours(void) {
        return bpf_get_current_pid_tgid() >> 32 == wanted;
      }
      #define COUNTER(where, name) \\
        SEC(where) int name(void *context) { if (ours()) hits++; return 0; }
      char _license[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;

  @Test
  @Requires(Feature.KERNEL_BTF)
  void tracepointsOfEveryKind() throws IOException {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(
                read(
                    """
                    COUNTER("tp/syscalls/sys_enter_unlink", a)
                    COUNTER("tracepoint/syscalls/sys_exit_unlink", b)
                    SEC("raw_tp/sys_enter") int c(u64 *context) {
                      if (ours() && context[1] == 87) hits++;
                      return 0;
                    }
                    SEC("tp_btf/sys_exit") int d(u64 *context) { return 0; }
                    """))) {
      assertThat(loaded.attachAll()).isEmpty();
      unlink();
      assertThat(hits(loaded)).isEqualTo(3);
      loaded.detach();
      unlink();
      assertThat(hits(loaded)).isEqualTo(3);
    }
  }

  @Test
  @Requires(Feature.GCC)
  void functionsOfAFile() {
    NativeProgram target =
        NativeProgram.compile(
            folder,
            "target",
            """
            #include <stdio.h>
            __attribute__((noipa, patchable_function_entry(1))) int work(int n) { return n + 1; }
            int main(void) { getchar(); for (int i = 0; i < 7; i++) work(i); return 0; }
            """);
    String file = target.file().toString();
    String section = "\"uprobe/" + file + ":work\"";
    String atReturn = "\"uretprobe/" + file + ":work\"";
    try (Kernel kernel = Kernel.host();
        RunningProgram running = target.start()) {
      BpfObject object =
          read("COUNTER(" + section + ", enter) COUNTER(" + atReturn + ", leave)")
              .set("wanted", running.pid());
      try (LoadedObject loaded = kernel.load(object)) {
        assertThat(loaded.attachAll()).isEmpty();
        running.send("go");
        running.finish();
        assertThat(hits(loaded)).isEqualTo(14);
      }
    }
    BpfObject wrong = read("COUNTER(\"uprobe/" + file + ":works\", enter)");
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(wrong)) {
      assertThatThrownBy(loaded::attachAll)
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("no symbol 'works' in " + file + " (did you mean work?)");
    }
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void anIteratorIsReadAsAStream() throws IOException {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(
                read(
                    """
                    struct seq_file;
                    struct bpf_iter_meta { struct seq_file *seq; };
                    struct task_struct { int tgid; int pid; } __attribute__((preserve_access_index));
                    struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
                    SEC("iter/task") int each(struct bpf_iter__task *context) {
                      struct task_struct *task = context->task;
                      if (task && task->tgid == wanted && task->pid == wanted) {
                        char text[4] = "me\\n";
                        bpf_seq_write(context->meta->seq, text, 3);
                      }
                      return 0;
                    }
                    """))) {
      var walk = new Iterator().attach(loaded.program("each"));
      for (int round = 0; round < 2; round++) {
        try (InputStream stream = walk.open()) {
          assertThat(new String(stream.readAllBytes(), StandardCharsets.US_ASCII))
              .isEqualTo("me\n");
        }
      }
      walk.close();
    }
  }

  @Test
  @Requires({Feature.KPROBE, Feature.KERNEL_BTF})
  void functionsOfTheKernel() throws IOException {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(
                read(
                    """
                    COUNTER("kprobe/do_unlinkat", a)
                    COUNTER("kretprobe/do_unlinkat", b)
                    COUNTER("ksyscall/unlink", c)
                    COUNTER("kretsyscall/unlink", d)
                    """))) {
      assertThat(loaded.attachAll()).isEmpty();
      unlink();
      assertThat(hits(loaded)).isEqualTo(4);
    }
  }

  @Test
  @Requires({Feature.KPROBE, Feature.FENTRY})
  void manyFunctionsByOneLink() throws IOException {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(
                read(
                    """
                    COUNTER("kprobe.multi/do_unlinka?", a)
                    COUNTER("kretprobe.multi/do_unlinkat", b)
                    """))) {
      if (!kernel.has(io.waggle.kernel.Feature.KPROBE_MULTI)) { // Debian's 6.1 has no fprobe
        assertThatThrownBy(loaded::attachAll)
            .isInstanceOf(AttachException.class)
            .hasMessageContaining("with CONFIG_FPROBE");
        return;
      }
      assertThat(loaded.attachAll()).isEmpty();
      unlink();
      assertThat(hits(loaded)).isEqualTo(2);
    }
    BpfObject wrong = read("COUNTER(\"kprobe.multi/do_unlinkatt\", a)");
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(wrong)) {
      assertThatThrownBy(loaded::attachAll).hasMessageContaining("did you mean do_unlinkat");
    }
  }

  @Test
  @Guest
  @Requires({Feature.FENTRY, Feature.KERNEL_BTF})
  void functionsByTrampoline() throws IOException {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(
                read(
                    """
                    COUNTER("fentry/do_unlinkat", a)
                    SEC("fexit/do_unlinkat") int b(u64 *context) {
                      if (ours()) { hits++; returned = 1 + (int) context[2]; }
                      return 0;
                    }
                    """))) {
      assertThat(loaded.attachAll()).isEmpty();
      unlink();
      assertThat(hits(loaded)).isEqualTo(2);
      assertThat(variable(loaded, "returned")).isEqualTo(1);
    }
  }

  @Test
  @Requires({Feature.BPF_LSM, Feature.KERNEL_BTF})
  void aSecurityHookDenies() throws IOException {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(
                read(
                    """
                    SEC("lsm/socket_connect") int deny(u64 *context) {
                      if (!ours()) return 0;
                      hits++;
                      return -1;
                    }
                    """));
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(loaded.attachAll()).isEmpty();
      assertThatThrownBy(() -> new Socket(server.getInetAddress(), server.getLocalPort()).close())
          .hasMessageContaining("not permitted");
      assertThat(hits(loaded)).isPositive();
      loaded.detach();
      new Socket(server.getInetAddress(), server.getLocalPort()).close();
    }
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void saysWhatTheKernelLacks() {
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(read("COUNTER(\"fentry/do_unlinkatt\", a)")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("no function 'do_unlinkatt' (did you mean do_unlinkat");
      assertThatThrownBy(() -> kernel.load(read("COUNTER(\"tp_btf/sys_entre\", a)")))
          .hasMessageContaining("no tracepoint 'sys_entre' (did you mean sys_enter");
      assertThatThrownBy(() -> kernel.load(read("COUNTER(\"lsm/socket_conect\", a)")))
          .hasMessageContaining("no LSM hook 'socket_conect' (did you mean socket_connect");
      assertThatThrownBy(() -> kernel.load(read("COUNTER(\"fentry\", a)")))
          .hasMessageContaining("does not say what it attaches to");
    }
  }

  @Test
  @Requires({Feature.GCC, Feature.UPROBE_SESSION})
  void aSessionHasStartsAndReturns() {
    NativeProgram target =
        NativeProgram.compile(
            folder,
            "target",
            """
            #include <stdio.h>
            __attribute__((noipa, patchable_function_entry(1))) int work(int n) { return n + 1; }
            int main(void) { getchar(); for (int i = 0; i < 7; i++) work(i); return 0; }
            """);
    try (Kernel kernel = Kernel.host();
        RunningProgram running = target.start()) {
      BpfObject object =
          read("COUNTER(\"uprobe.session/" + target.file() + ":work\", both)")
              .set("wanted", running.pid());
      try (LoadedObject loaded = kernel.load(object)) {
        assertThat(loaded.attachAll()).isEmpty();
        running.send("go");
        running.finish();
        assertThat(hits(loaded)).isEqualTo(14);
      }
    }
  }

  @Test
  void aQuestionMarkLeavesAProgramOutUnlessAskedFor() throws IOException {
    String section = "\"?tp/syscalls/sys_enter_unlink\"";
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(read("COUNTER(" + section + ", a)"))) {
      assertThat(loaded.programs()).isEmpty();
      assertThat(loaded.attachAll()).isEmpty();
    }
  }

  @Test
  void leavesWhatTheSectionLeavesOpen() {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(read("COUNTER(\"uprobe\", a)"))) {
      assertThat(loaded.attachAll()).containsExactly(loaded.program("a"));
    }
  }

  private void unlink() throws IOException {
    Files.delete(Files.createFile(folder.resolve("doomed")));
  }

  private BpfObject read(String source) {
    return BpfObject.read(BpfCompiler.compile(folder, "program", HEADER + source, "-mcpu=v3"))
        .set("wanted", ProcessHandle.current().pid());
  }

  private static int hits(LoadedObject loaded) {
    return variable(loaded, "hits");
  }

  /** Both variables lie in {@code .bss}, in the order of their declaration. */
  private static int variable(LoadedObject loaded, String name) {
    LoadedMap map = loaded.map(".bss");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      map.lookup(arena.allocate(4, 4), value);
      return value.get(ValueLayout.JAVA_INT, name.equals("hits") ? 0 : 4);
    }
  }
}
