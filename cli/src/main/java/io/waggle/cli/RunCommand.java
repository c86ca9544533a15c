package io.waggle.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle run}: loads a package, an object or a C program and prints what it sees. */
final class RunCommand implements Command {
  @Override
  public String name() {
    return "run";
  }

  @Override
  public String summary() {
    return "Run a package, a BPF object or a C program.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(flag("--json", "Print events as JSON, one object a line."))
            .addOption(flag("--verbose", "Tell more of what happens."))
            .addOption(flag("--no-cache", "Fetch a URL even if it was fetched before."))
            .addOption(text("SECONDS", "End after so many seconds.", "-d", "--timeout"))
            .addOption(
                text("NAME", "Attach programs of the network to this interface.", "--interface"))
            .addOption(
                text("FOLDER", "Attach programs of control groups to this one.", "--cgroup"));
    ClangOptions.add(spec);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("SOURCE [PROGRAM OPTION...]")
            .description(
                "package.json, *.bpf.o, *.bpf.c, a URL, or '-' for standard input;",
                "then options of the program; 'waggle run SOURCE -h' lists them.")
            .hideParamSyntax(true)
            .build());
    // What follows the source is the program's.
    spec.parser().separator(" ").stopAtPositional(true);
    spec.usageMessage()
        .customSynopsis("waggle run [OPTION...] SOURCE [PROGRAM OPTION...]")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Examples:",
            "  Run a package; which options does it have?",
            "    waggle run package.json",
            "    waggle run package.json -h",
            "  Set a constant of the program, and end after ten seconds",
            "    waggle run -d 10 opensnoop.bpf.o --pid_target 618",
            "  Compile and run C; its header opensnoop.h is found beside it",
            "    waggle run opensnoop.bpf.c");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> words = arguments.matchedPositionalValue(0, List.<String>of());
    if (words.isEmpty()) {
      throw new UsageException("no source; name a package, an object, a C program or a URL");
    }
    if (words.getFirst().endsWith(".waggle")) {
      return new ScriptPackageRun(
              Path.of(words.getFirst()), arguments.matchedOptionValue("--json", false))
          .run();
    }
    return new ProgramRun(arguments, words.getFirst(), words.subList(1, words.size()), out, err)
        .run();
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  private static OptionSpec text(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }
}
