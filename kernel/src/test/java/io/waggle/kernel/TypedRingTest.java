package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.values.Text;
import io.waggle.bpf.values.ValueException;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java API as its documentation shows it, over a process of the test's own. */
@RequiresBpf
@Requires(Feature.CLANG)
class TypedRingTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static u64 (*pid_tgid)(void) = (void *)14;
      static long (*get_comm)(void *, u32) = (void *)16;
      static long (*read_user)(void *, u32, const void *) = (void *)114;
      static long (*ring_output)(void *, void *, u64, u64) = (void *)130;
      struct event { int pid; char comm[16]; char path[64]; };
      struct other { int pid; };
      const struct event *kept;
      const struct other *kept_too;
      const volatile int pid_target = 1;
      struct { int (*type)[27]; int (*max_entries)[65536]; } events SEC(".maps");
      struct entry { u64 common; long id; long dfd; const char *path; };
      SEC("tp/syscalls/sys_enter_openat") int opened(struct entry *ctx) {
        struct event e = {};
        e.pid = pid_tgid() >> 32;
        if (e.pid != pid_target) return 0;
        get_comm(e.comm, sizeof(e.comm));
        read_user(e.path, sizeof(e.path), ctx->path);
        ring_output(&events, &e, sizeof(e), 0);
        return 0;
      }
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final String LOAD =
      """
      #include <fcntl.h>
      #include <stdio.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      int main(void) {
        static char first[64] = "/dev/null", second[64] = "/nowhere";
        puts("ready"); /* the loader has opened what it had to */
        fflush(stdout);
        getchar();
        syscall(SYS_openat, AT_FDCWD, first, O_RDONLY);
        syscall(SYS_openat, AT_FDCWD, second, O_RDONLY);
        puts("done");
        fflush(stdout);
        getchar();
        return 0;
      }
      """;

  @TempDir Path folder;

  record Opened(int pid, @Text(16) String comm, @Text(64) String path) {}

  record Other(int pid) {}

  record Wrong(int pid, int tid) {}

  @Test
  void handsOnRecords() {
    Path object = BpfCompiler.compile(folder, "opensnoop", SOURCE);
    NativeProgram program = NativeProgram.compile(folder, "opener", LOAD);
    List<Opened> seen = new ArrayList<>();
    try (RunningProgram running = program.start();
        Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(BpfObject.read(object).set("pid_target", running.pid()))) {
      assertThat(running.readLine()).isEqualTo("ready");
      loaded.attachAll();
      TypedRing<Opened> events = loaded.ringBuffer("events", Opened.class);
      assertThat(events.poll(Duration.ZERO, seen::add)).isZero();
      running.send("go");
      running.readLine();
      assertThat(events.poll(Duration.ofSeconds(10), seen::add)).isEqualTo(2);
      assertThat(seen)
          .containsExactly(
              new Opened(running.pid(), "opener", "/dev/null"),
              new Opened(running.pid(), "opener", "/nowhere"));
    }
  }

  @Test
  void goesOnUntilItsThreadIsInterrupted() {
    Path object = BpfCompiler.compile(folder, "opensnoop", SOURCE);
    NativeProgram program = NativeProgram.compile(folder, "opener", LOAD);
    List<String> seen = new ArrayList<>();
    try (RunningProgram running = program.start();
        Kernel kernel = Kernel.host();
        LoadedObject loaded =
            kernel.load(BpfObject.read(object).set("pid_target", running.pid()))) {
      assertThat(running.readLine()).isEqualTo("ready");
      loaded.attachAll();
      running.send("go");
      loaded
          .ringBuffer("events", "event", Opened.class)
          .forEach(
              opened -> {
                seen.add(opened.path());
                if (opened.path().equals("/nowhere")) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(Thread.interrupted()).isTrue();
      assertThat(seen).containsExactly("/dev/null", "/nowhere");
    }
  }

  @Test
  void findsTheStructureByTheRecordsName() {
    Path object = BpfCompiler.compile(folder, "opensnoop", SOURCE);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(BpfObject.read(object))) {
      loaded.ringBuffer("events", Other.class).close();
      assertThatThrownBy(() -> loaded.ringBuffer("events", Wrong.class))
          .isInstanceOf(ValueException.class)
          .hasMessageContaining("struct event has no member 'tid'");
      assertThatThrownBy(() -> loaded.ringBuffer("events", "none", Other.class))
          .isInstanceOf(ValueException.class)
          .hasMessageContaining("the object's types have no struct none");
      assertThatThrownBy(() -> loaded.ringBuffer("nothing", Other.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no map 'nothing'");
    }
  }
}
