package io.waggle.script.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Instruction.Alu;
import io.waggle.bpf.Instruction.Atomic;
import io.waggle.bpf.Instruction.Call;
import io.waggle.bpf.Instruction.Exit;
import io.waggle.bpf.Instruction.Jump;
import io.waggle.bpf.Instruction.Load;
import io.waggle.bpf.Instruction.LoadWide;
import io.waggle.bpf.Instruction.Store;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.linux.CommandNotFoundException;
import io.waggle.linux.EventFd;
import io.waggle.script.output.Names;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.Field;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.plan.Plan;
import io.waggle.script.plan.ProbePlan;
import io.waggle.script.types.Type;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans made by hand, run on the kernel against a program of the test's own. */
@RequiresBpf
class TracingTest {
  private static final int LOOKUP = 1;
  private static final int UPDATE = 2;
  private static final int RESERVE = 131;
  private static final int SUBMIT = 132;
  private static final int ARG0 = System.getProperty("os.arch").equals("aarch64") ? 0 : 112;

  private static final int PRINTF = 0;
  private static final int EXIT = 1;
  private static final int PRINT_MAP = 2;

  @TempDir static Path folder;
  private static NativeProgram program;
  private static long work;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final OutputFile file = OutputFile.to(bytes, BufferMode.FULL);
  private final TextOutput output = new TextOutput(file, file, Names.none());

  @BeforeAll
  static void build() throws Exception {
    program =
        NativeProgram.compile(
            folder,
            "calls",
            """
            #include <stdio.h>
            #include <stdlib.h>
            __attribute__((noipa, patchable_function_entry(1))) long work(long n) { return n * 3; }
            int main(int argc, char **argv) {
              long total = 0;
              if (argc > 2) { getchar(); }
              for (long i = 0; i < atol(argv[1]); i++) { total += work(i); }
              printf("%ld\\n", total);
              return 7;
            }
            """,
            "-no-pie");
    Process nm = new ProcessBuilder("nm", program.file().toString()).start();
    String symbols =
        new String(nm.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    long address =
        symbols
            .lines()
            .filter(line -> line.endsWith(" T work"))
            .mapToLong(line -> Long.parseLong(line.substring(0, 16), 16))
            .findFirst()
            .orElseThrow();
    // Linked at 0x400000 with its text segment mapped page by page.
    work = address - 0x400000;
  }

  @Test
  void showsEveryEventOfACommandAndPrintsItsMaps() {
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        Target target = Target.command(command(1000));
        Tracing tracing = Tracing.attach(counting(1 << 16), kernel, output, target)) {
      assertThat(tracing.attached()).isEqualTo(3);
      target.release();
      output.attachedProbes(tracing.attached());
      tracing.run(stop.fd());
      assertThat(tracing.hasEnded()).isTrue();
      assertThat(tracing.map("count").asNumber()).isEqualTo(1000);
      assertThat(tracing.map("@count").asCounts()).isEqualTo(Map.of("", 1000L));
      tracing.finish(true);
      assertThat(tracing.exitCode()).isZero();
    }
    List<String> lines = lines();
    assertThat(lines.subList(0, 3)).containsExactly("Attached 3 probes", "n 77", "n 0");
    assertThat(lines).hasSize(1 + 1 + 1000 + 1 + 2 + 1);
    assertThat(lines.subList(1001, lines.size()))
        .containsExactly("n 999", "n 77", "", "", "@count: 1000");
  }

  @Test
  void exitHidesWhatComesAfterIt() {
    Plan plan =
        plan(
            1 << 16,
            List.of(
                program(
                    "begin",
                    ProgramType.RAW_TRACEPOINT,
                    send(PRINTF, 1),
                    send(EXIT, 42),
                    send(PRINTF, 2)),
                program("end", ProgramType.RAW_TRACEPOINT, send(PRINTF, 3))),
            List.of(
                new ProbePlan("begin", new Attachment.Begin(), List.of("begin")),
                new ProbePlan("end", new Attachment.End(), List.of("end"))));
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        Target target = Target.everything();
        Tracing tracing = Tracing.attach(plan, kernel, output, target)) {
      tracing.run(stop.fd());
      tracing.finish(true);
      assertThat(tracing.exitCode()).isEqualTo(42);
    }
    assertThat(lines()).containsExactly("n 1", "n 3", "", "");
  }

  @Test
  void aStopEndsIt() {
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        RunningProgram running = program.start("10", "wait");
        Target target = Target.process(running.pid());
        Tracing tracing = Tracing.attach(counting(1 << 16), kernel, output, target)) {
      running.send("go");
      running.readLine();
      stop.signal();
      tracing.run(stop.fd());
      assertThat(tracing.map("count").asNumber()).isEqualTo(10);
    }
  }

  @Test
  void theEndOfATracedProcessEndsIt() {
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        RunningProgram running = program.start("10", "wait");
        Target target = Target.process(running.pid());
        Tracing tracing = Tracing.attach(counting(1 << 16), kernel, output, target)) {
      running.send("go");
      tracing.run(stop.fd());
      assertThat(tracing.hasEnded()).isTrue();
      tracing.finish(true);
    }
    assertThat(lines()).contains("@count: 10");
  }

  @Test
  void processesAndCommandsThatAreNotThereAreNamed() {
    assertThatThrownBy(() -> Target.process(4_000_000))
        .isInstanceOf(NoSuchProcessException.class)
        .hasMessage("there is no process 4000000");
    assertThatThrownBy(() -> Target.command(List.of("/no/such/program")))
        .isInstanceOf(CommandNotFoundException.class)
        .hasMessageContaining("/no/such/program");
  }

  @Test
  void whatIsSentIsReceivedOrCountedAsLost() {
    long received;
    long lost;
    try (Kernel kernel = Kernel.host();
        Target target = Target.command(command(20_000));
        Tracing tracing = Tracing.attach(counting(4096), kernel, output, target)) {
      target.release();
      // Nobody reads while the command runs.
      target.end().ifPresent(TracingTest::awaitEnd);
      tracing.finish(true);
      lost = tracing.lostEvents();
      assertThat(tracing.map("count").asNumber()).isEqualTo(20_000);
    }
    List<String> lines = lines();
    received = lines.stream().filter(line -> line.startsWith("n ")).count();
    assertThat(lost).isPositive();
    // begin and end send one each.
    assertThat(received + lost).isEqualTo(20_002);
    assertThat(lines)
        .contains("Lost " + lost + " events", "WARNING: Total lost event count: " + lost);
  }

  @Test
  void updatesRefusedByAFullMapAreCounted() {
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        Target target = Target.command(command(10));
        Tracing tracing = Tracing.attach(keyed(4), kernel, output, target)) {
      target.release();
      tracing.run(stop.fd());
      assertThat(tracing.map("seen").asCounts()).hasSize(4).containsEntry("3", 3L);
      tracing.finish(true);
    }
    assertThat(new String(bytes.toByteArray(), StandardCharsets.UTF_8))
        .contains("WARNING: Map full; can't update element.")
        .contains("@seen[0]: 0\n@seen[1]: 1\n@seen[2]: 2\n@seen[3]: 3\n");
    String counted = "Additional Info - map: @seen, updates refused: ";
    assertThat(
            lines().stream()
                .filter(line -> line.startsWith(counted))
                .mapToInt(line -> Integer.parseInt(line.substring(counted.length())))
                .sum())
        .isEqualTo(6);
  }

  @Test
  void aPlaceThatIsNotThereIsNamedAndNothingStaysBehind() {
    Plan plan =
        plan(
            4096,
            List.of(program("hit", ProgramType.TRACEPOINT, send(PRINTF, 1))),
            List.of(
                new ProbePlan(
                    "hit",
                    new Attachment.Tracepoint("sched", "nonsense"),
                    List.of("tracepoint:sched:nonsense"))));
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      assertThatThrownBy(() -> Tracing.attach(plan, kernel, output, target))
          .hasMessageContaining("sched:nonsense");
    }
  }

  @Test
  void timersFireUntilTheTimeIsOver() {
    Plan plan =
        plan(
            1 << 16,
            List.of(program("tick", ProgramType.PERF_EVENT, send(PRINT_MAP, 0))),
            List.of(
                new ProbePlan(
                    "tick",
                    new Attachment.Timer(Attachment.Unit.MS, 1, false),
                    List.of("interval:ms:1"))));
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything();
        Tracing tracing = Tracing.attach(plan, kernel, output, target)) {
      tracing.runFor(Duration.ofMillis(300));
      assertThat(tracing.hasEnded()).isFalse();
    }
    file.flush();
    assertThat(lines()).isNotEmpty().containsOnly("@count: 0");
  }

  /** A process that shows ticks until it is interrupted. */
  static final class Ticks {
    public static void main(String[] arguments) {
      OutputFile out = OutputFile.standardOutput(BufferMode.LINE);
      try (Kernel kernel = Kernel.host();
          Target target = Target.everything()) {
        Plan plan =
            plan(
                1 << 16,
                List.of(
                    program("tick", ProgramType.PERF_EVENT, count()),
                    program("end", ProgramType.RAW_TRACEPOINT, send(PRINTF, 5))),
                List.of(
                    new ProbePlan(
                        "tick",
                        new Attachment.Timer(Attachment.Unit.MS, 1, false),
                        List.of("interval:ms:1")),
                    new ProbePlan("end", new Attachment.End(), List.of("end"))));
        System.exit(
            new Session(new TextOutput(out, out, Names.none()), false, true, false)
                .run(plan, kernel, target));
      }
    }
  }

  @Test
  void ctrlCDetachesRunsEndPrintsMapsAndSucceeds() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        List.of(
            "env",
            "__BPFTRACE_NOTIFY_PROBES_ATTACHED=1",
            java.toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Ticks.class.getName());
    try (RunningProgram ticks = RunningProgram.start(command)) {
      assertThat(ticks.readLine()).isEqualTo("Attached 2 probes");
      assertThat(ticks.readLine()).isEqualTo("__BPFTRACE_NOTIFY_PROBES_ATTACHED");
      new ProcessBuilder("kill", "-INT", Integer.toString(ticks.pid())).start().waitFor();
      assertThat(List.of(ticks.readLine(), ticks.readLine(), ticks.readLine()))
          .containsExactly("n 5", "", "");
      assertThat(ticks.finish()).isZero();
    }
  }

  private static void awaitEnd(io.waggle.linux.Fd end) {
    try (io.waggle.linux.Epoll epoll = new io.waggle.linux.Epoll()) {
      epoll.add(end, 0);
      epoll.await(-1);
    }
  }

  private static List<String> command(int calls) {
    return List.of("sh", "-c", "exec " + program.file() + " " + calls + " >/dev/null");
  }

  private List<String> lines() {
    file.flush();
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** {@code begin}, {@code end} and each call of work print; each call is counted in @count. */
  private static Plan counting(int ringBytes) {
    return plan(
        ringBytes,
        List.of(
            program("begin", ProgramType.RAW_TRACEPOINT, send(PRINTF, 77)),
            program(
                "hit",
                ProgramType.KPROBE,
                List.of(new Load(Size.DOUBLE, false, Register.R7, Register.R1, ARG0)),
                count(),
                sendArgument()),
            program("end", ProgramType.RAW_TRACEPOINT, send(PRINTF, 77))),
        List.of(
            new ProbePlan("begin", new Attachment.Begin(), List.of("begin")),
            uprobe("hit"),
            new ProbePlan("end", new Attachment.End(), List.of("end"))));
  }

  private static ProbePlan uprobe(String name) {
    return new ProbePlan(
        name,
        new Attachment.Uprobes(
            program.file().toString(), false, List.of(new Attachment.Site("work", work))),
        List.of("uprobe:" + program.file() + ":work"));
  }

  /** {@code @seen[arg0] = arg0}, with room for {@code entries}. */
  private static Plan keyed(int entries) {
    List<Instruction> code = new ArrayList<>();
    code.add(new Load(Size.DOUBLE, false, Register.R7, Register.R1, ARG0));
    code.add(new Store(Size.DOUBLE, Register.R10, -8, Register.R7));
    code.add(new LoadWide(Register.R1, new WideSource.Map("seen")));
    code.addAll(address(Register.R2, -8));
    code.addAll(address(Register.R3, -8));
    code.add(new Alu(true, AluOp.MOV, Register.R4, new Immediate(0)));
    code.add(Call.helper(UPDATE));
    List<Instruction> refused = bump(1);
    code.add(new Jump(true, JumpOp.EQ, Register.R0, new Immediate(0), slots(refused)));
    code.addAll(refused);
    BpfObject object =
        new BpfObject(
            "GPL",
            List.of(
                new MapSpec("seen", MapType.HASH, 8, 8, entries),
                new MapSpec(Plan.COUNTERS, MapType.PERCPU_ARRAY, 4, 8, 2)),
            List.of(program("hit", ProgramType.KPROBE, code)));
    return new Plan(
        object,
        List.of(uprobe("hit")),
        List.of(new MapPlan("@seen", "seen", Optional.of(Type.Int.INT64), Type.Int.INT64)),
        List.of(),
        List.of(),
        List.of(new Counter.LostEvents(), new Counter.MapFull("@seen")));
  }

  private static Plan plan(int ringBytes, List<ProgramSpec> programs, List<ProbePlan> probes) {
    BpfObject object =
        new BpfObject(
            "GPL",
            List.of(
                new MapSpec(Plan.EVENTS, MapType.RINGBUF, 0, 0, ringBytes),
                new MapSpec(Plan.COUNTERS, MapType.PERCPU_ARRAY, 4, 8, 1),
                new MapSpec("count", MapType.PERCPU_ARRAY, 4, 8, 1)),
            programs);
    return new Plan(
        object,
        probes,
        List.of(new MapPlan("@count", "count", Optional.empty(), new Type.Count())),
        List.of(
            new Action.Printf("n %ld\n", List.of(new Field(Type.Int.INT64, 8))),
            new Action.Exit(8),
            new Action.PrintMap("@count", OptionalInt.empty(), 1)),
        List.of(),
        List.of(new Counter.LostEvents()));
  }

  @SafeVarargs
  private static ProgramSpec program(String name, ProgramType type, List<Instruction>... parts) {
    List<Instruction> code = new ArrayList<>();
    for (List<Instruction> part : parts) {
      code.addAll(part);
    }
    code.add(new Alu(true, AluOp.MOV, Register.R0, new Immediate(0)));
    code.add(Exit.EXIT);
    return new ProgramSpec(name, type, code);
  }

  private static List<Instruction> send(int action, int value) {
    List<Instruction> code = new ArrayList<>();
    code.add(new Alu(true, AluOp.MOV, Register.R7, new Immediate(value)));
    code.addAll(send(action));
    return code;
  }

  private static List<Instruction> sendArgument() {
    return send(PRINTF);
  }

  /** Sends R7. */
  private static List<Instruction> send(int action) {
    List<Instruction> lost = bump(0);
    List<Instruction> filled =
        List.of(
            new Store(Size.DOUBLE, Register.R0, 0, new Immediate(action)),
            new Store(Size.DOUBLE, Register.R0, 8, Register.R7),
            new Alu(true, AluOp.MOV, Register.R1, Register.R0),
            new Alu(true, AluOp.MOV, Register.R2, new Immediate(0)),
            Call.helper(SUBMIT));
    List<Instruction> code = new ArrayList<>();
    code.add(new LoadWide(Register.R1, new WideSource.Map(Plan.EVENTS)));
    code.add(new Alu(true, AluOp.MOV, Register.R2, new Immediate(16)));
    code.add(new Alu(true, AluOp.MOV, Register.R3, new Immediate(0)));
    code.add(Call.helper(RESERVE));
    code.add(new Jump(true, JumpOp.NE, Register.R0, new Immediate(0), slots(lost) + 1));
    code.addAll(lost);
    code.add(new Instruction.Goto(slots(filled)));
    code.addAll(filled);
    return code;
  }

  private static List<Instruction> count() {
    return increment("count", 0);
  }

  private static List<Instruction> bump(int counter) {
    return increment(Plan.COUNTERS, counter);
  }

  private static List<Instruction> increment(String map, int index) {
    List<Instruction> code = new ArrayList<>();
    code.add(new Store(Size.WORD, Register.R10, -16, new Immediate(index)));
    code.add(new LoadWide(Register.R1, new WideSource.Map(map)));
    code.addAll(address(Register.R2, -16));
    code.add(Call.helper(LOOKUP));
    code.add(new Jump(true, JumpOp.EQ, Register.R0, new Immediate(0), 2));
    code.add(new Alu(true, AluOp.MOV, Register.R1, new Immediate(1)));
    code.add(new Atomic(Size.DOUBLE, AtomicOp.ADD, false, Register.R0, 0, Register.R1));
    return code;
  }

  private static List<Instruction> address(Register register, int offset) {
    return List.of(
        new Alu(true, AluOp.MOV, register, Register.R10),
        new Alu(true, AluOp.ADD, register, new Immediate(offset)));
  }

  private static int slots(List<Instruction> code) {
    return code.stream().mapToInt(Instruction::slots).sum();
  }
}
