package io.waggle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The front door: {@code waggle COMMAND ...}. */
public final class Main {
  /** Everything went as asked. */
  static final int OK = 0;

  /** The command line was not understood. */
  static final int USAGE = 2;

  private static final List<String> COMMANDS =
      List.of("trace", "test", "run", "build", "link", "btf", "needs", "features", "ps");

  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] arguments) {
    int status = run(arguments, System.out, System.err);
    System.out.flush();
    System.err.flush();
    // Nothing hooks the shutdown, and exit() would first set up logging to note that it was called.
    Runtime.getRuntime().halt(status);
  }

  /** As {@link #main}, without ending the process. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length == 0) {
      err.print(overview());
      return USAGE;
    }
    if (COMMANDS.contains(arguments[0])) {
      Command command = command(arguments[0]);
      return run(command, List.of(arguments).subList(1, arguments.length), out, err);
    }
    if (isScript(arguments[0])) {
      return run(new TraceCommand(), List.of(arguments), out, err);
    }
    if (isProgram(arguments[0])) {
      return run(new RunCommand(), List.of(arguments), out, err);
    }
    switch (arguments[0]) {
      case "-V", "--version" -> out.println("waggle " + version());
      case "-h", "--help", "help" -> out.print(overview());
      default -> {
        return refuse(err, "waggle", "unknown command '" + arguments[0] + "'");
      }
    }
    return OK;
  }

  /** Loads the classes of that command only, for the others would cost each start. */
  private static Command command(String name) {
    return switch (name) {
      case "trace" -> new TraceCommand();
      case "test" -> new TestCommand();
      case "run" -> new RunCommand();
      case "build" -> new BuildCommand();
      case "link" -> new LinkCommand();
      case "btf" -> new BtfCommand();
      case "needs" -> new NeedsCommand();
      case "features" -> new FeaturesCommand();
      case "ps" -> new PsCommand();
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }

  /** Scripts can be named without {@code trace}, as a script's first line does. */
  private static boolean isScript(String word) {
    if (word.endsWith(".bt")) {
      return true;
    }
    if (word.indexOf('/') < 0) {
      return false;
    }
    try (InputStream file = Files.newInputStream(Path.of(word))) {
      return file.read() == '#' && file.read() == '!';
    } catch (IOException noFile) {
      return false;
    }
  }

  /** Packages can be named without {@code run}, as people are used to. */
  private static boolean isProgram(String word) {
    return word.endsWith(".json")
        || word.endsWith(".waggle")
        || word.endsWith(".bpf.o")
        || word.endsWith(".bpf.c")
        || word.startsWith("https://")
        || word.startsWith("http://");
  }

  private static int run(
      Command command, List<String> arguments, PrintStream out, PrintStream err) {
    String title = "waggle " + command.name();
    CommandSpec spec = command.spec();
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .type(boolean.class)
            .description("Print this help.")
            .build());
    CommandLine line = new CommandLine(spec);
    try {
      ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));
      if (parsed.isUsageHelpRequested()) {
        out.print(line.getUsageMessage(Ansi.OFF));
        return OK;
      }
      return command.run(parsed, out, err);
    } catch (ParameterException | UsageException misuse) {
      return refuse(err, title, misuse.getMessage());
    }
  }

  private static int refuse(PrintStream err, String title, String message) {
    err.println(title + ": " + message);
    err.println("Try '" + title + " --help'.");
    return USAGE;
  }

  private static String overview() {
    StringBuilder text = new StringBuilder();
    text.append("Usage: waggle COMMAND [ARGUMENT...]\n")
        .append("Dynamic tracing for Linux.\n\n")
        .append("Commands:\n");
    for (String name : COMMANDS) {
      Command command = command(name);
      text.append("  ").append(command.name()).append("  ").append(command.summary()).append('\n');
    }
    return text.append("\nOptions:\n")
        .append("  -h, --help     Print this help; 'waggle COMMAND --help' has more.\n")
        .append("  -V, --version  Print the version.\n\n")
        .append("Example:\n")
        .append(
            "  sudo waggle trace -e 'uprobe:libc:malloc { @bytes = hist(arg0); }' -c 'ls -lR'\n")
        .toString();
  }

  /** As {@code --version} prints it. */
  static String version() {
    try (InputStream file = Main.class.getResourceAsStream("version.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
