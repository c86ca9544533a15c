package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.TestRun;
import io.waggle.linux.BpfLink;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at what the test itself has loaded, by its ids. */
@RequiresBpf
@Requires(Feature.CLANG)
class PsCommandTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __uint(name, val) int (*name)[val]
      #define __type(name, val) val *name
      typedef unsigned long long u64;
      struct who { int pid; char comm[8]; };
      struct {
        __uint(type, 1); __uint(max_entries, 8); __type(key, struct who); __type(value, u64);
      } seen SEC(".maps");
      static void *(*lookup)(void *, const void *) = (void *) 1;
      static long (*update)(void *, const void *, const void *, u64) = (void *) 2;
      static __attribute__((noinline)) u64 bump(struct who *who) {
        u64 one = 1, *old = lookup(&seen, who);
        if (old) { return *old += 1; }
        return update(&seen, who, &one, 0);
      }
      SEC("raw_tp/no_such_place") int ps_test(u64 *ctx) {
        struct who who = { .pid = ctx[0] };
        return bump(&who);
      }
      char LICENSE[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;
  private Kernel kernel;
  private LoadedObject loaded;

  @BeforeEach
  void load() {
    kernel = Kernel.host();
    loaded = kernel.load(BpfObject.read(BpfCompiler.compile(folder, "ps", SOURCE)));
  }

  @AfterEach
  void close() {
    loaded.close();
    kernel.close();
  }

  private record Run(int status, String out, String err) {}

  private static Run ps(Object... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "ps";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            words,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private int program() {
    return loaded.program("ps_test").describe().id();
  }

  private int map() {
    return loaded.program("ps_test").describe().maps().getFirst();
  }

  @Test
  void listsWhatIsLoaded() {
    Run programs = ps("prog");
    assertThat(programs.status()).isZero();
    assertThat(programs.out()).containsPattern("\n +" + program() + " +raw_tracepoint +ps_test ");
    assertThat(ps("map").out()).containsPattern("\n +" + map() + " +hash +seen +12 +8 +8 ");
    assertThat(ps("--json", "prog", program()).out())
        .startsWith("{\"id\": " + program() + ", \"type\": \"raw_tracepoint\"")
        .contains("\"gpl\": true", "\"maps\": [" + map() + "]");
  }

  @Test
  void showsInstructionsWithNamesAndSourceLines() {
    assertThat(ps("prog", program(), "--dis").out())
        .startsWith("ps_test:")
        .contains("; struct who who = { .pid = ctx[0] };")
        .contains(" call bump\n")
        .contains("\nbump:")
        .contains(" = map[" + map() + " seen]\n")
        .contains(" exit\n");
  }

  @Test
  void showsEntriesByTheirTypes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment contextOfPid7 = arena.allocateFrom(ValueLayout.JAVA_LONG, 7, 0);
      TestRun run = TestRun.ONCE.withContext(contextOfPid7);
      run.run(loaded.program("ps_test"));
      run.run(loaded.program("ps_test"));
    }
    assertThat(ps("map", map()).out())
        .contains("name: seen\n")
        .endsWith("{\"key\": {\"pid\":7,\"comm\":\"\"}, \"value\": 2}\n");
    assertThat(ps("--json", "map", map()).out())
        .isEqualTo("[{\"key\": {\"pid\":7,\"comm\":\"\"}, \"value\": 2}]\n");
  }

  @Test
  void countsForAnInterval() {
    Run counted = ps("--stats", "0.01", "--json", "prog");
    assertThat(counted.status()).isZero();
    assertThat(counted.out()).contains("\"cpu_percent\": ", "\"ns_per_run\": ");
  }

  @Test
  void tellsWhereALinkIsAttached() {
    try (var link = BpfLink.rawTracepoint(loaded.program("ps_test").fd(), "sched_process_hang")) {
      int id = BpfLink.describe(link).id();
      assertThat(ps("link", id).out())
          .contains("type: raw_tracepoint\n", "attached: raw tracepoint sched_process_hang\n")
          .contains("prog: " + program() + "\n");
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(ps("prog", Integer.MAX_VALUE))
        .isEqualTo(
            new Run(1, "", "waggle ps: there is no prog with id " + Integer.MAX_VALUE + "\n"));
    assertThat(ps("program").status()).isEqualTo(Main.USAGE);
    assertThat(ps("map", "1", "--dis").status()).isEqualTo(Main.USAGE);
    assertThat(ps("map", "one").err()).contains("'one' is no id");
    assertThat(ps("--stats", "-1").status()).isEqualTo(Main.USAGE);
  }
}
