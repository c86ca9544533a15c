package io.waggle.bench;

import io.waggle.bpf.BpfObject;
import io.waggle.kernel.Kernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Loads compiled objects, against a C program with libbpf. */
final class ObjectBench {
  /** Detaching 30 probes makes libbpf wait for 30 grace periods, some seconds in all. */
  private static final int ROUNDS = 12;

  private final Path launcher;
  private final Path functions;
  private final Path loader;
  private final Path thirty;
  private final Path one;
  private final List<Row> rows = new ArrayList<>();

  ObjectBench(Path launcher, Build build) throws IOException, InterruptedException {
    this.launcher = launcher;
    this.functions = build.program("functions.c");
    this.loader = build.program("loader.c", "-lbpf");
    // libbpf wants a slash after "uprobe/" and then the whole path.
    String target = "-DTARGET=\"/" + functions + "\"";
    this.thirty = build.object("programs.bpf.c", "thirty.bpf.o", target, "-DTHIRTY");
    this.one = build.object("programs.bpf.c", "one.bpf.o", target);
  }

  List<Row> measure() throws IOException, InterruptedException {
    load();
    types();
    firstEvent();
    return rows;
  }

  /** A process that has done it before, as a program that embeds the loader is. */
  private void load() throws IOException {
    Figures[] attached = {new Figures(), new Figures()};
    Figures[] whole = {new Figures(), new Figures()};
    Process peer = new ProcessBuilder(loader.toString(), "load", thirty.toString()).start();
    try (BufferedReader answers = lines(peer)) {
      for (int round = 0; round < ROUNDS; round++) {
        peer.getOutputStream().write('\n');
        peer.getOutputStream().flush();
        String[] nanos = answers.readLine().split(" ");
        long[] own = loadHere();
        if (round >= ROUNDS / 3) {
          attached[0].add(Long.parseLong(nanos[0]) / 1e6);
          attached[1].add(own[0] / 1e6);
          whole[0].add(Long.parseLong(nanos[1]) / 1e6);
          whole[1].add(own[1] / 1e6);
        }
      }
    } finally {
      peer.destroy();
    }
    rows.add(new Row("object of 30 programs: read, load, attach (warm)", "ms", attached, 1.3));
    rows.add(new Row("the same, detached and freed too", "ms", whole, 1.3));
  }

  private long[] loadHere() {
    long start = System.nanoTime();
    long middle;
    try (Kernel kernel = Kernel.host();
        var loaded = kernel.load(BpfObject.read(thirty))) {
      loaded.attachAll();
      middle = System.nanoTime();
    }
    return new long[] {middle - start, System.nanoTime() - start};
  }

  /** The first look-up of a kernel type, in a new process each time. */
  private void types() throws IOException, InterruptedException {
    Figures[] millis = {new Figures(), new Figures()};
    Figures megabytes = new Figures();
    for (int round = 0; round < 9; round++) {
      millis[0].add(
          Long.parseLong(output(List.of(loader.toString(), "types", "task_struct"))) / 1e6);
      String[] own = output(TypeLookup.command("task_struct")).split(" ");
      millis[1].add(Long.parseLong(own[0]) / 1e6);
      megabytes.add(Long.parseLong(own[1]) / 1e6);
    }
    rows.add(
        new Row(
            "first look-up of `task_struct` in the kernel's types (cold)",
            "ms",
            millis[0].median(),
            millis[1].median(),
            new Row.Goal.Limit(60),
            ""));
    rows.add(
        new Row(
            "the same, growth of the resident set",
            "MB",
            Double.NaN,
            megabytes.median(),
            new Row.Goal.Limit(40),
            ""));
  }

  /** From the start of a command to the first event it prints. */
  private void firstEvent() throws IOException, InterruptedException {
    List<List<String>> commands =
        List.of(
            List.of(loader.toString(), "first", one.toString()),
            List.of(
                "bpftrace", "-e", "uprobe:" + functions + ":work00 { printf(\"%d\\n\", pid); }"),
            List.of(launcher.toString(), "run", one.toString()));
    // Lines before it: what each says about itself.
    int[] before = {0, 1, 2};
    Figures[] millis = {new Figures(), new Figures(), new Figures()};
    Process target = new ProcessBuilder(functions.toString()).start();
    try {
      for (int round = 0; round < 10; round++) {
        for (int who = 0; who < 3; who++) {
          double took = untilLine(commands.get(who), before[who]);
          if (round > 0) {
            millis[who].add(took);
          }
        }
      }
    } finally {
      target.destroy();
    }
    rows.add(
        new Row(
            "`run one.bpf.o`, start to first event, against bpftrace",
            "ms",
            new Figures[] {millis[1], millis[2]},
            1.0));
    rows.add(
        new Row(
            "the same, against a program with libbpf",
            "ms",
            new Figures[] {millis[0], millis[2]},
            3.0));
  }

  private static double untilLine(List<String> command, int before) throws IOException {
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines = lines(process)) {
      String line = "";
      for (int i = 0; i <= before && line != null; i++) {
        line = lines.readLine();
      }
      if (line == null || line.isEmpty() || !Character.isDigit(line.charAt(0))) {
        throw new IllegalStateException(String.join(" ", command) + " printed: " + line);
      }
      return (System.nanoTime() - start) / 1e6;
    } finally {
      process.destroy();
      process.onExit().join();
    }
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = lines(process)) {
      String line = lines.readLine();
      if (process.waitFor() != 0 || line == null) {
        throw new IllegalStateException("failed: " + String.join(" ", command));
      }
      return line;
    }
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }
}
