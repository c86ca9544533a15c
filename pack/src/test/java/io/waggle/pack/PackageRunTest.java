package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.AttachException;
import io.waggle.kernel.Kernel;
import io.waggle.linux.EventFd;
import io.waggle.linux.KernelVersion;
import io.waggle.testing.ControlGroup;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs packages that watch a system call of one process, which the test starts. */
@RequiresBpf
class PackageRunTest {
  private static final String PRELUDE =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static long (*lookup)(void *, const void *) = (void *)1;
      static long (*update)(void *, const void *, const void *, u64) = (void *)2;
      static u64 (*pid_tgid)(void) = (void *)14;
      static long (*get_comm)(void *, u32) = (void *)16;
      static long (*perf_output)(void *, void *, u64, void *, u64) = (void *)25;
      static long (*ring_output)(void *, void *, u64, u64) = (void *)130;
      static long (*printk)(const char *, u32, ...) = (void *)6;
      struct event { u32 pid; u64 number; char comm[16]; };
      const volatile u32 target = 1;
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final String RING =
      """
      struct { int (*type)[27]; int (*max_entries)[65536]; } rb SEC(".maps");
      const volatile struct event *used;
      """;
  private static final String LOAD =
      """
      #include <stdio.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      int main(void) {
        getchar();
        for (int i = 0; i < 3; i++) syscall(SYS_getpgid, i);
        puts("done");
        fflush(stdout);
        getchar();
        return 0;
      }
      """;

  @TempDir private Path folder;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private NativeProgram load;

  @BeforeEach
  void compile() {
    load = NativeProgram.compile(folder, "load", LOAD);
  }

  /** Calls what it knows by the same names. */
  private static final FrameNames NAMES =
      new FrameNames() {
        @Override
        public Optional<String> kernel(long address) {
          return Optional.of("in_kernel+0x1");
        }

        @Override
        public Optional<String> user(int pid, long address) {
          return Optional.of("of_" + pid);
        }
      };

  /** Runs a package over the load and answers its lines. */
  private List<String> run(Meta meta, String source, RunOptions options, String... arguments) {
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        OutputFile out = OutputFile.to(text, BufferMode.LINE);
        OutputFile messages = OutputFile.to(said, BufferMode.NONE);
        RunningProgram running = load.start()) {
      Packaged packaged =
          Packaged.read("package.json", new BpfPackage(ClangObject.compile(source), meta).toJson());
      List<String> words = new ArrayList<>(List.of(arguments));
      words.addAll(List.of("--target", Integer.toString(running.pid())));
      ProgramOptions.Parsed parsed = packaged.options().parse(words);
      try (PackageRun run =
          PackageRun.start(kernel, packaged, parsed, options, out, messages, NAMES)) {
        running.send("go");
        running.readLine();
        if (options.timeout().isEmpty()) {
          stop.signal();
        }
        run.run(stop.fd());
      }
    }
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Meta meta(String source) {
    ObjectContents contents = ObjectContents.read("test.o", ClangObject.compile(source));
    return new Meta(
        List.of(),
        Annotations.apply(Skeletons.of(contents, "test.o"), "test.bpf.c", source),
        Optional.empty());
  }

  private List<String> run(String source, RunOptions options) {
    return run(meta(source), source, options);
  }

  private static final RunOptions TEXT =
      new RunOptions(false, false, Optional.empty(), Optional.empty(), Optional.empty());
  private static final RunOptions JSON =
      new RunOptions(true, false, Optional.empty(), Optional.empty(), Optional.empty());

  private static RunOptions within(Path group) {
    return new RunOptions(
        false, false, Optional.empty(), Optional.empty(), Optional.of(group.toString()));
  }

  private static String program(String body) {
    return """
    struct entry { u64 common; long id; long args[6]; };
    SEC("tp/syscalls/sys_enter_getpgid") int entered(struct entry *ctx) {
      struct event e = {};
      e.pid = pid_tgid() >> 32;
      if (e.pid != target) return 0;
      e.number = ctx->args[0];
      get_comm(e.comm, sizeof(e.comm));
    """
        + body
        + "return 0; }";
  }

  @Test
  void printsARingBufferAsATable() {
    List<String> lines = run(PRELUDE + RING + program("ring_output(&rb, &e, sizeof(e), 0);"), TEXT);
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).matches("TIME +PID +NUMBER +COMM");
    for (int i = 0; i < 3; i++) {
      assertThat(lines.get(i + 1)).matches("\\d\\d:\\d\\d:\\d\\d \\d+ +" + i + " +load");
    }
  }

  @Test
  void printsARingBufferAsJson() {
    List<String> lines = run(PRELUDE + RING + program("ring_output(&rb, &e, sizeof(e), 0);"), JSON);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(2)).matches("\\{\"pid\":\\d+,\"number\":2,\"comm\":\"load\"}");
  }

  private static final String TWO_RINGS =
      PRELUDE
          + RING
          + "struct { int (*type)[27]; int (*max_entries)[65536]; } second SEC(\".maps\");\n"
          + program(
              "if (e.number < 2) ring_output(&rb, &e, sizeof(e), 0);"
                  + " else ring_output(&second, &e, sizeof(e), 0);");

  @Test
  void namesTheBufferWhereThereAreSeveral() {
    List<String> lines = run(TWO_RINGS, TEXT);
    assertThat(lines.subList(0, 2))
        .allMatch(line -> line.matches("TIME     MAP    PID +NUMBER +COMM"));
    assertThat(lines.subList(2, 5))
        .anyMatch(line -> line.matches(".{8} rb     \\d+ +0 +load"))
        .anyMatch(line -> line.matches(".{8} second \\d+ +2 +load"));
  }

  @Test
  void namesTheBufferInJsonToo() {
    assertThat(run(TWO_RINGS, JSON))
        .anyMatch(
            line ->
                line.matches(
                    "\\{\"map\":\"second\",\"value\":\\{\"pid\":\\d+,\"number\":2,\"comm\":\"load\"}}"));
  }

  @Test
  void printsAPerfBufferWhoseStructureIsExported() {
    String source =
        PRELUDE
            + "struct { int (*type)[4]; u32 *key; u32 *value; } events SEC(\".maps\");\n"
            + "const volatile struct event *__eunomia_dummy_event_ptr;"
            + program("perf_output(ctx, &events, 0xffffffff, &e, sizeof(e));");
    ObjectContents contents = ObjectContents.read("test.o", ClangObject.compile(source));
    Meta meta =
        new Meta(
            Skeletons.exports(contents.types().orElseThrow(), List.of("event")),
            Skeletons.of(contents, "test.o"),
            Optional.empty());
    List<String> lines = run(meta, source, TEXT);
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).startsWith("TIME     PID");
    assertThat(lines.get(3)).endsWith("load");
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void namesTheFramesOfStacks() {
    String source =
        PRELUDE
            + """
            static long (*get_stack)(void *, void *, u32, u64) = (void *)67;
            struct stacks { u32 pid; u32 cpu_id; char comm[16]; int kstack_sz; int ustack_sz;
              u64 kstack[8]; u64 ustack[8]; };
            const volatile struct stacks *kept;
            /// @intepreter {"stack_trace": {}}
            struct { int (*type)[27]; int (*max_entries)[65536]; struct stacks *value; }
                stacks SEC(".maps");
            """
            + program(
                """
                struct stacks s = {};
                s.pid = e.pid;
                __builtin_memcpy(s.comm, e.comm, 16);
                s.kstack_sz = get_stack(ctx, s.kstack, sizeof(s.kstack), 0);
                s.ustack_sz = get_stack(ctx, s.ustack, sizeof(s.ustack), 1 << 8);
                ring_output(&stacks, &s, sizeof(s), 0);
                """);
    List<String> lines = run(source, TEXT);
    assertThat(lines.get(0)).matches("COMM: load \\(pid=(\\d+)\\) @ CPU 0");
    // Older kernels give a tracepoint of a system call the caller's registers, so no kernel stack.
    boolean hasKernelStack = KernelVersion.running().atLeast(6, 12);
    if (hasKernelStack) {
      assertThat(lines.get(1)).isEqualTo("Kernel:");
      assertThat(lines.get(2)).matches("  0 \\[<ffff[0-9a-f]{12}>] in_kernel\\+0x1");
    }
    int user = lines.indexOf("Userspace:");
    assertThat(lines.get(user + 1)).matches("  0 \\[<0000[0-9a-f]{12}>] of_\\d+");
    assertThat(lines.stream().filter("Userspace:"::equals)).hasSize(3);
  }

  @Test
  void tellsHowManyEventsWereLost() {
    assumeThat(KernelVersion.running().atLeast(6, 0)).isTrue();
    String source =
        PRELUDE
            + "struct { int (*type)[4]; u32 *key; u32 *value; } events SEC(\".maps\");\n"
            + "const volatile struct event *kept;\n"
            + program(
                """
                char many[256] = {};
                for (int i = 0; i < 64; i++) {
                  perf_output(ctx, &events, 0xffffffff, many, sizeof(many));
                }
                """);
    Meta whole = meta(source);
    Meta small =
        new Meta(List.of(), whole.skeleton(), 1, 10, 100, false, false, false, whole.version());
    List<String> lines = run(small, source, TEXT);
    assertThat(said.toString(StandardCharsets.UTF_8)).matches("Lost \\d+ events\n");
    String lost = said.toString(StandardCharsets.UTF_8).replaceAll("\\D", "");
    assertThat(lines.size() - 1 + Integer.parseInt(lost)).isEqualTo(3 * 64);
  }

  @Test
  void tellsWhatLoadingDoes() {
    RunOptions verbose =
        new RunOptions(false, true, Optional.empty(), Optional.empty(), Optional.empty());
    run(meta(PRELUDE + RING + program("")), PRELUDE + RING + program(""), verbose);
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(line -> line.matches("map rb: RINGBUF, keys of 0 bytes, .* max_entries 65536"))
        .anyMatch(
            line ->
                line.matches(
                    "program entered: TRACEPOINT, section tp/syscalls/sys_enter_getpgid, .*"))
        .anyMatch(line -> line.matches("loaded entered: id \\d+, the verifier walked \\d+ .*"))
        .contains("attached entered: tp/syscalls/sys_enter_getpgid");
  }

  private static String sampled(String annotation) {
    return PRELUDE
        + "struct hist { u32 cnt; u32 slots[8]; char comm[16]; };\nstatic struct hist zero;\n"
        + "/// @sample "
        + annotation
        + "\nstruct { int (*type)[1]; int (*max_entries)[16]; u32 *key; struct hist *value; }"
        + " hists SEC(\".maps\");\n"
        + program(
            """
            struct hist *h = (void *)lookup(&hists, &e.pid);
            if (!h) {
              update(&hists, &e.pid, &zero, 1);
              h = (void *)lookup(&hists, &e.pid);
              if (!h) return 0;
            }
            __builtin_memcpy(h->comm, e.comm, 16);
            __sync_fetch_and_add(&h->cnt, 1);
            __sync_fetch_and_add(&h->slots[e.number & 7], e.number + 1);
            """);
  }

  private static RunOptions timed(boolean json) {
    return new RunOptions(
        json, false, Optional.of(Duration.ofMillis(150)), Optional.empty(), Optional.empty());
  }

  @Test
  void samplesAMapAsPowersOfTwo() {
    List<String> lines =
        run(
            sampled("{\"interval\": 100, \"type\": \"log2_hist\", \"unit\": \"usecs\"}"),
            timed(false));
    assertThat(lines.get(0)).matches("key = \\d+");
    assertThat(lines.subList(1, 7))
        .containsExactly(
            "cnt = 3",
            "comm = load",
            "     usecs               : count    distribution",
            "         0 -> 1          : 1        |*************                           |",
            "         2 -> 3          : 2        |**************************              |",
            "         4 -> 7          : 3        |****************************************|");
  }

  @Test
  void samplesAMapAsKeysAndValues() {
    List<String> lines = run(sampled("{\"interval\": 100, \"clear_map\": true}"), timed(false));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).matches("TIME +KEY +CNT +SLOTS +COMM");
    assertThat(lines.get(1)).matches(".{8} \\d+ +3 +\\[1, 2, 3, 0, 0, 0, 0, 0] +load");
  }

  @Test
  void samplesAMapAsJson() {
    List<String> lines = run(sampled("{\"interval\": 100, \"clear_map\": true}"), timed(true));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .matches(
            "\\{\"key\":\\d+,\"value\":\\{\"cnt\":3,\"slots\":\\[1,2,3,0,0,0,0,0],\"comm\":\"load\"}}");
  }

  @Test
  void samplesEveryCpusValueOfAPerCpuMap() {
    String source =
        sampled("{\"interval\": 100}")
            .replace(
                "int (*type)[1]; int (*max_entries)[16]", "int (*type)[5]; int (*max_entries)[16]");
    List<String> lines = run(source, timed(false));
    assertThat(lines.get(0)).matches("TIME +CPU KEY +CNT +SLOTS +COMM");
    assertThat(lines.subList(1, lines.size()))
        .isNotEmpty()
        .allMatch(line -> line.matches(".{8} \\d+ +\\d+ +[123] +\\[.*] +load"));
  }

  @Test
  void showsOnlyTheLinesThatItsProgramsPrint() {
    String own = printing("%s asks for %d\\n", "e.comm, e.number");
    String other = printing("other %d %d\\n", "e.pid, e.number");
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        OutputFile out = OutputFile.to(text, BufferMode.LINE);
        OutputFile messages = OutputFile.to(said, BufferMode.NONE);
        RunningProgram running = load.start()) {
      try (PackageRun ours = start(kernel, own, running, out, messages);
          PackageRun theirs = start(kernel, other, running, messages, messages)) {
        assertThat(ours.onlyPrints()).isTrue();
        assertThat(ours.showsLines()).isTrue();
        running.send("go");
        running.readLine();
        stop.signal();
        ours.run(stop.fd());
        theirs.run(stop.fd());
      }
      assertThat(text.toString(StandardCharsets.UTF_8).lines())
          .hasSize(3)
          .allMatch(
              line ->
                  line.matches(
                      " *(load|<\\.\\.\\.>)-" + running.pid() + " .*: load asks for [012]"));
      assertThat(said.toString(StandardCharsets.UTF_8).lines())
          .hasSize(3)
          .allMatch(line -> line.contains(": bpf_trace_printk: other " + running.pid() + ' '));
    }
  }

  private static String printing(String format, String values) {
    return PRELUDE
        + program(
            "static const char f[] = \"%s\"; printk(f, sizeof(f), %s);".formatted(format, values));
  }

  private static PackageRun start(
      Kernel kernel, String source, RunningProgram running, OutputFile out, OutputFile messages) {
    Packaged packaged =
        Packaged.read(
            "package.json", new BpfPackage(ClangObject.compile(source), meta(source)).toJson());
    ProgramOptions.Parsed parsed =
        packaged.options().parse(List.of("--target", Integer.toString(running.pid())));
    return PackageRun.start(kernel, packaged, parsed, timed(false), out, messages, FrameNames.NONE);
  }

  @Test
  void refusesAHistogramWithoutSlots() {
    String source =
        sampled("{\"interval\": 100, \"type\": \"log2_hist\"}").replace("slots", "counts");
    assertThatThrownBy(() -> run(source, TEXT))
        .isInstanceOf(PackageException.class)
        .hasMessage("map 'hists': a histogram needs a member 'slots', an array of numbers");
  }

  @Test
  @Requires(Feature.CONTROL_GROUPS)
  void attachesToTheControlGroupThatTheUserNames() {
    String source =
        PRELUDE
            + RING
            + """
            static long (*is_under)(void *, u32) = (void *)37;
            struct { int (*type)[8]; int (*max_entries)[1]; u32 *key; u32 *value; }
                groups SEC(".maps");
            SEC("cgroup/sock_create") int created(void *ctx) { return 1; }
            """
            + program("if (is_under(&groups, 0) == 1) ring_output(&rb, &e, sizeof(e), 0);");
    try (ControlGroup group = ControlGroup.create()) {
      assertThat(run(source, within(group.folder()))).hasSize(1);
      assertThat(run(source, within(group.folder().getParent()))).hasSize(1 + 1 + 3);
      assertThatThrownBy(() -> run(source, within(group.folder().resolve("none"))))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no control group");
    }
    assertThatThrownBy(() -> run(source, TEXT))
        .isInstanceOf(PackageException.class)
        .hasMessage(
            "program 'created': nothing says which control group it is for; choose one: --cgroup"
                + " FOLDER");
  }
}
