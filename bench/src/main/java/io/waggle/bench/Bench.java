package io.waggle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures {@code waggle trace} against the machine's bpftrace, in turn, in one run.
 *
 * <p>{@code bench/run [RESULT.md]}; every probe is on a function of a program the benchmark builds
 * itself.
 */
public final class Bench {
  private static final int CALLS = 1_000_000;

  private final Tracer peer;
  private final Tracer waggle;
  private final Path folder;
  private final Path target;
  private final List<Row> rows = new ArrayList<>();

  private Bench(Path launcher, Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    // Both limits: their names changed over the versions of bpftrace.
    Map<String, String> keys =
        Map.of("BPFTRACE_MAP_KEYS_MAX", "1100000", "BPFTRACE_MAX_MAP_KEYS", "1100000");
    this.peer = new Tracer("bpftrace", List.of("bpftrace"), keys);
    this.waggle = new Tracer("waggle", List.of(launcher.toString(), "trace"), keys);
    this.target = buildTarget();
  }

  public static void main(String[] args) throws Exception {
    Path launcher = Path.of(args[0]).toAbsolutePath();
    Path folder = Files.createTempDirectory("waggle-bench");
    Bench bench = new Bench(launcher, folder);
    bench.start();
    bench.tracedCall("traced call, `@ = count()`", "@ = count();");
    bench.tracedCall("traced call, `@[arg0 % 64] = count()`", "@[arg0 % 64] = count();");
    bench.tracedCall("traced call, `@ = hist(nsecs)`", "@ = hist(nsecs);");
    bench.printing();
    bench.manyKeys();
    bench.programs();
    Objects objects = new Objects(launcher, folder);
    objects.measure();
    String report = bench.report() + objects.report();
    System.out.print(report);
    if (args.length > 1) {
      Files.writeString(Path.of(args[1]), report);
    }
  }

  private String report() {
    StringBuilder text = new StringBuilder("# Results\n\n");
    text.append("Made by `bench/run bench/RESULTS.md` on ").append(LocalDate.now()).append(".\n\n");
    text.append(
        Machine.describe(
            List.of(
                new Tracer("bpftrace", peer.command(), Map.of()),
                new Tracer("waggle", List.of(waggle.command().getFirst()), Map.of()))));
    text.append("\nMedians; both tracers took turns. A ratio is waggle / bpftrace.\n\n");
    text.append(Row.header("bpftrace"));
    rows.forEach(row -> text.append(row.line()));
    return text.toString();
  }

  /** Start to exit of the smallest script. */
  private void start() {
    Figures[] seconds = {new Figures(), new Figures()};
    Figures[] megabytes = {new Figures(), new Figures()};
    for (int round = 0; round < 16; round++) {
      for (int who = 0; who < 2; who++) {
        Tracer tracer = tracer(who);
        Run run = Run.of(tracer, tracer.run("BEGIN { exit(); }", ""), output(tracer));
        require(run, tracer);
        if (round > 0) {
          seconds[who].add(run.seconds());
          megabytes[who].add(run.kilobytes() / 1024.0);
        }
      }
    }
    rows.add(row("start to exit, `BEGIN { exit(); }`", "s", seconds, 0.5));
    rows.add(row("the same, largest resident set", "MB", megabytes, 0.8));
  }

  /** What one call of a traced function costs the program that makes it. */
  private void tracedCall(String what, String body) throws IOException {
    Figures[] micros = {new Figures(), new Figures()};
    for (int round = 0; round < 8; round++) {
      for (int who = 0; who < 2; who++) {
        double nanos = call(tracer(who), body, output(tracer(who)));
        if (round > 0) {
          micros[who].add(nanos / 1000);
        }
      }
    }
    rows.add(row(what, "µs", micros, 1.0));
  }

  /** One line of three values a call, to a file. */
  private void printing() throws IOException {
    Figures[] micros = {new Figures(), new Figures()};
    Figures[] seconds = {new Figures(), new Figures()};
    long[] lines = {Long.MAX_VALUE, Long.MAX_VALUE};
    for (int round = 0; round < 3; round++) {
      for (int who = 0; who < 2; who++) {
        Path output = output(tracer(who));
        long before = System.nanoTime();
        double nanos = call(tracer(who), "printf(\"%d %d %d\\n\", pid, arg0, nsecs);", output);
        seconds[who].add((System.nanoTime() - before) / 1e9);
        micros[who].add(nanos / 1000);
        try (var text = Files.lines(output)) {
          // The tracers' own messages start with a letter.
          lines[who] =
              Math.min(
                  lines[who],
                  text.filter(line -> !line.isEmpty() && Character.isDigit(line.charAt(0)))
                      .count());
        }
      }
    }
    Row row = row("`printf` of three values, 1,000,000 calls to a file", "µs a call", micros, 0.2);
    String kept = "lines written: bpftrace " + lines[0] + ", waggle " + lines[1];
    rows.add(
        new Row(
            row.what(),
            row.unit(),
            row.peer(),
            row.waggle(),
            row.goal(),
            (row.ratio() <= row.goal() ? "reached; " : "missed; ") + kept));
    rows.add(row("the same, whole run", "s", seconds, 0.2));
  }

  /** A map of a million keys, filled and printed. */
  private void manyKeys() throws IOException {
    Figures[] seconds = {new Figures(), new Figures()};
    for (int round = 0; round < 3; round++) {
      for (int who = 0; who < 2; who++) {
        Path output = output(tracer(who));
        long before = System.nanoTime();
        call(tracer(who), "@[arg0] = count();", output);
        seconds[who].add((System.nanoTime() - before) / 1e9);
        try (var text = Files.lines(output)) {
          long keys = text.filter(line -> line.startsWith("@[")).count();
          if (keys != CALLS) {
            throw new IllegalStateException(tracer(who).name() + " printed " + keys + " keys");
          }
        }
      }
    }
    rows.add(row("1M calls into 1,000,000 keys, printed, whole run", "s", seconds, 0.5));
  }

  /** The kernel's own account of a program's run time. */
  private void programs() throws Exception {
    String[] scripts = {
      "@ = count();",
      "@[arg0 % 64] = count();",
      "@ = hist(nsecs);",
      "printf(\"%d %d %d\\n\", pid, arg0, nsecs);",
      "if (arg0 > 500000) { @[comm] = sum(arg0); }",
    };
    for (String script : scripts) {
      Figures[] nanos = {new Figures(), new Figures()};
      for (int round = 0; round < 5; round++) {
        for (int who = 0; who < 2; who++) {
          nanos[who].add(programTime(tracer(who), script));
        }
      }
      rows.add(row("program run time, `" + script + "`", "ns", nanos, 1.0));
    }
  }

  private double programTime(Tracer tracer, String body) throws Exception {
    Path hold = folder.resolve("hold");
    Files.deleteIfExists(hold);
    if (new ProcessBuilder("mkfifo", hold.toString()).start().waitFor() != 0) {
      throw new IOException("cannot make " + hold);
    }
    Path result = folder.resolve("result");
    Files.deleteIfExists(result);
    try (ProgramStatistics statistics = ProgramStatistics.enable()) {
      String child = target + " " + CALLS + " " + result + " " + hold;
      Run.Started started = Run.start(tracer, tracer.run(probe(body), child), output(tracer));
      while (!Files.exists(result) || Files.size(result) == 0) {
        if (!started.process().isAlive()) {
          throw new IllegalStateException(tracer.name() + " ended early, see " + output(tracer));
        }
        Thread.sleep(20);
      }
      double nanos = statistics.nanosPerRun(CALLS);
      Files.newOutputStream(hold).close();
      started.finish();
      return nanos;
    }
  }

  private double call(Tracer tracer, String body, Path output) throws IOException {
    Path result = folder.resolve("result");
    Files.deleteIfExists(result);
    Run run = Run.of(tracer, tracer.run(probe(body), target + " " + CALLS + " " + result), output);
    require(run, tracer);
    return Double.parseDouble(Files.readString(result).strip());
  }

  private String probe(String body) {
    return "uprobe:" + target + ":work { " + body + " }";
  }

  private Tracer tracer(int who) {
    return who == 0 ? peer : waggle;
  }

  private Path output(Tracer tracer) {
    return folder.resolve(tracer.name() + ".out");
  }

  private void require(Run run, Tracer tracer) {
    if (run.status() != 0) {
      throw new IllegalStateException(
          tracer.name() + " ended with status " + run.status() + ", see " + output(tracer));
    }
  }

  private static Row row(String what, String unit, Figures[] figures, double goal) {
    return new Row(what, unit, figures[0].median(), figures[1].median(), goal, "");
  }

  private Path buildTarget() throws IOException, InterruptedException {
    Path source = folder.resolve("target.c");
    try (var stream = Bench.class.getResourceAsStream("target.c")) {
      Files.copy(stream, source);
    }
    Path program = folder.resolve("target");
    Process compiler =
        new ProcessBuilder(
                "gcc", "-O2", "-fcf-protection=none", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    if (compiler.waitFor() != 0) {
      throw new IOException("gcc could not compile " + source);
    }
    return program;
  }
}
