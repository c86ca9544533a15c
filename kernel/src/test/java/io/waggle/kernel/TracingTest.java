package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that answer in the kernel's place, or change what it passes, for this process alone. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.KERNEL_BTF})
class TracingTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned long long u64;
      static u64 (*bpf_get_current_pid_tgid)(void) = (void *) 14;
      const volatile int wanted = 0;
      int hits;
      static __attribute__((always_inline)) int ours(void) {
        return bpf_get_current_pid_tgid() >> 32 == wanted;
      }
      char _license[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;
  private final Kernel kernel = Kernel.host();

  private LoadedObject load(String source) {
    return kernel.load(
        BpfObject.read(BpfCompiler.compile(folder, "program", HEADER + source, "-mcpu=v3"))
            .set("wanted", ProcessHandle.current().pid()));
  }

  /** The variable alone lies in {@code .bss}. */
  private static int hits(LoadedObject loaded) {
    LoadedMap map = loaded.map(".bss");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      map.lookup(arena.allocate(4, 4), value);
      return value.get(ValueLayout.JAVA_INT, 0);
    }
  }

  @Test
  @Guest
  @Requires(Feature.FENTRY)
  void aFunctionsAnswerIsReplaced() throws IOException {
    Path file = Files.createFile(folder.resolve("kept"));
    try (LoadedObject loaded =
        load(
            """
            SEC("fmod_ret/security_inode_unlink") int deny(u64 *context) {
              if (!ours()) return 0;
              hits++;
              return -13;
            }
            """)) {
      assertThat(loaded.attachAll()).isEmpty();
      assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(AccessDeniedException.class);
      assertThat(hits(loaded)).isEqualTo(1);
      loaded.detach();
      Files.delete(file);
    }
  }

  @Test
  void aTracepointHasItsArgumentsWithTypes() throws IOException {
    try (LoadedObject loaded =
        load(
            """
            SEC("tp_btf/sys_exit") int leave(u64 *context) {
              if (ours() && (int) context[1] == -2) hits++; /* nothing there */
              return 0;
            }
            """)) {
      assertThat(loaded.attachAll()).isEmpty();
      assertThat(Files.deleteIfExists(folder.resolve("nothing"))).isFalse();
      assertThat(hits(loaded)).isPositive();
    }
  }

  /** A test run reports its outcome by a tracepoint that programs may write to. */
  @Test
  void aWritableTracepointChangesWhatTheKernelPasses() {
    String source =
        """
        SEC("raw_tp.w/bpf_test_finish") int finish(u64 *context) {
          int *error = (int *) context[0];
          if (ours()) { hits++; *error = -7; }
          return 0;
        }
        SEC("xdp") int run(void *context) { return 2; }
        """;
    try (LoadedObject loaded = load(source)) {
      TestRun run = TestRun.ONCE.withData(new byte[64]);
      assertThat(run.run(loaded.program("run")).returned()).isEqualTo(2);
      assertThat(loaded.attachAll()).containsExactly(loaded.program("run"));
      assertThatThrownBy(() -> run.run(loaded.program("run")))
          .isInstanceOf(TestRunException.class)
          .hasMessageContaining("E2BIG");
      assertThat(hits(loaded)).isEqualTo(1);
      loaded.detach();
      assertThat(run.run(loaded.program("run")).returned()).isEqualTo(2);
    }
  }
}
