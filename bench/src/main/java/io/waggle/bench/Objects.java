package io.waggle.bench;

import io.waggle.bpf.BpfObject;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what becomes of BPF objects against libbpf, in turn: load and attach in a warm process,
 * the first look-up of a kernel type, the time to the first event.
 *
 * <p>Programs are attached to functions of a program that the benchmark builds and runs itself.
 */
final class Objects {
  private static final int PROGRAMS = 30;
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 6;
  private static final int STARTS = 8;

  private final Path launcher;
  private final Path folder;
  private final Path target;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  Objects(Path launcher, Path folder) throws IOException, InterruptedException {
    this.launcher = launcher;
    this.folder = folder;
    this.target = folder.resolve("functions");
    StringBuilder source = new StringBuilder("#include <unistd.h>\n");
    for (int i = 0; i < PROGRAMS; i++) {
      source.append(
          "__attribute__((noipa)) long f%1$d(long n) { return n + %1$d; }\n".formatted(i));
    }
    source.append("int main() { for (long n = 0;; n++) { f0(n); usleep(1000); } }\n");
    compile(source.toString(), "functions", List.of("gcc", "-O2"), List.of());
    compile(resource("load.c"), "load", List.of("gcc", "-O2"), List.of("-lbpf"));
    compile(resource("first.c"), "first", List.of("gcc", "-O2"), List.of("-lbpf"));
  }

  void measure() throws IOException, InterruptedException {
    loading("load and attach %d programs".formatted(PROGRAMS), object("plain", false));
    loading("the same with CO-RE relocations", object("relocated", true));
    types();
    firstEvent();
  }

  /** The table, with a head. */
  String report() {
    StringBuilder text = new StringBuilder("\n## Objects\n\n");
    text.append("Against libbpf ").append(libbpf()).append(" in C, in turn; medians.\n\n");
    text.append(Row.header("libbpf"));
    rows.forEach(row -> text.append(row.line()));
    notes.forEach(note -> text.append('\n').append(note).append('\n'));
    return text.toString();
  }

  /** Opens, loads, attaches and closes an object again and again in two processes that stay. */
  private void loading(String what, Path object) throws IOException, InterruptedException {
    // Only attached once: to detach uprobes takes the kernel a hundred times as long as all else.
    for (int round = 0; round < WARM_UP; round++) {
      try (Kernel kernel = Kernel.host();
          LoadedObject loaded = kernel.load(BpfObject.read(object))) {
        if (round % 100 == 0) {
          loaded.attachAll();
        }
      }
    }
    Figures[] millis = {new Figures(), new Figures()};
    Process peer =
        new ProcessBuilder(folder.resolve("load").toString(), object.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedWriter ask = peer.outputWriter();
        BufferedReader answers = peer.inputReader()) {
      for (int round = -1; round < ROUNDS; round++) {
        ask.write('\n');
        ask.flush();
        String answer = answers.readLine();
        if (answer == null) {
          throw new IllegalStateException("libbpf could not load " + object);
        }
        long before = System.nanoTime();
        long attached;
        try (Kernel kernel = Kernel.host();
            LoadedObject loaded = kernel.load(BpfObject.read(object))) {
          loaded.attachAll();
          attached = System.nanoTime();
        }
        if (round >= 0) {
          millis[0].add(Long.parseLong(answer) / 1e6);
          millis[1].add((attached - before) / 1e6);
        }
      }
    } finally {
      peer.destroy();
      peer.waitFor();
    }
    rows.add(new Row(what, "ms", millis[0].median(), millis[1].median(), 1.3, ""));
    rows.add(new Row(what + ", quickest", "ms", millis[0].least(), millis[1].least(), 1.3, ""));
  }

  /** The first look-up of a type by name in a new process. */
  private void types() throws IOException, InterruptedException {
    Figures millis = new Figures();
    Figures megabytes = new Figures();
    Figures plain = new Figures();
    for (int round = 0; round < STARTS; round++) {
      String[] found = java(FirstLookup.class, "struct").split(" ");
      millis.add(Double.parseDouble(found[0]));
      megabytes.add(Double.parseDouble(found[1]));
      String[] none = java(FirstLookup.class, object("plain", false).toString()).split(" ");
      plain.add(Double.parseDouble(none[0]));
    }
    notes.add(
        ("First look-up of a kernel type in a new process: %.0f ms (to reach: 60), %.1f MB more"
                + " resident (to reach: 40). An object without CO-RE reads the kernel's types %.0f"
                + " times.")
            .formatted(millis.median(), megabytes.median(), plain.median()));
  }

  /** From the start of a command to the line of the first event. */
  private void firstEvent() throws IOException, InterruptedException {
    Path object = eventObject();
    Process running = new ProcessBuilder(target.toString()).start();
    try {
      List<List<String>> commands =
          List.of(
              List.of(folder.resolve("first").toString(), object.toString()),
              List.of(launcher.toString(), "run", object.toString()),
              List.of(
                  "bpftrace", "-e", "uprobe:" + target + ":f0 { printf(\"event %d\\n\", arg0); }"));
      Figures[] millis = {new Figures(), new Figures(), new Figures()};
      for (int round = 0; round < STARTS; round++) {
        for (int who = 0; who < commands.size(); who++) {
          double time = firstLine(commands.get(who), who);
          if (round > 0) {
            millis[who].add(time);
          }
        }
      }
      rows.add(
          new Row(
              "`waggle run x.bpf.o`, start to first event",
              "ms",
              millis[0].median(),
              millis[1].median(),
              0,
              "no goal"));
      notes.add(
          ("Start to first event against bpftrace (the same probe): bpftrace %.0f ms, waggle"
                  + " %.0f ms, ratio %.2f.")
              .formatted(
                  millis[2].median(), millis[1].median(), millis[1].median() / millis[2].median()));
    } finally {
      running.destroy();
      running.waitFor();
    }
  }

  /** Milliseconds to the first line that begins with a digit or the word event. */
  private double firstLine(List<String> command, int who) throws IOException, InterruptedException {
    long before = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectError(folder.resolve("first" + who + ".err").toFile())
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        boolean isEvent =
            line.startsWith("event ") || (!line.isEmpty() && Character.isDigit(line.charAt(0)));
        if (isEvent) {
          return (System.nanoTime() - before) / 1e6;
        }
      }
      throw new IllegalStateException(command + " printed no event");
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private String java(Class<?> main, String argument) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                argument)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(main.getName() + " failed");
    }
    return output.strip();
  }

  /** Thirty programs, some of them with maps and fields of the kernel's structures. */
  private Path object(String name, boolean isRelocated) throws IOException, InterruptedException {
    StringBuilder source = new StringBuilder(resource("thirty.bpf.c"));
    for (int i = 0; i < PROGRAMS; i++) {
      source
          .append("SEC(\"uprobe/")
          .append(target)
          .append(":f")
          .append(i)
          .append("\") int p")
          .append(i)
          .append("(void *context) { return ")
          .append(isRelocated ? "read_field" : "count")
          .append('(')
          .append(i)
          .append("); }\n");
    }
    return bpf(name, source.toString());
  }

  private Path eventObject() throws IOException, InterruptedException {
    return bpf("event", resource("event.bpf.c").replace("TARGET", target.toString()));
  }

  private Path bpf(String name, String source) throws IOException, InterruptedException {
    Path object = folder.resolve(name + ".bpf.o");
    if (!Files.exists(object)) {
      Path file = Files.writeString(folder.resolve(name + ".bpf.c"), source);
      run(List.of("clang", "-target", "bpf", "-O2", "-g", "-c", file + "", "-o", object + ""));
    }
    return object;
  }

  private void compile(String source, String name, List<String> compiler, List<String> libraries)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve(name + ".c"), source);
    List<String> command = new ArrayList<>(compiler);
    command.addAll(List.of("-o", folder.resolve(name).toString(), file.toString()));
    command.addAll(libraries);
    run(command);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }

  private static String resource(String name) throws IOException {
    try (var stream = Objects.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String libbpf() {
    try {
      Process process = new ProcessBuilder(folder.resolve("load").toString()).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException unknown) {
      return "";
    }
  }

  /** Runs alone: {@code Objects LAUNCHER}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("waggle-bench");
    Objects objects = new Objects(Path.of(arguments[0]).toAbsolutePath(), folder);
    objects.measure();
    System.out.print(Machine.describe(List.of()) + objects.report());
  }
}
