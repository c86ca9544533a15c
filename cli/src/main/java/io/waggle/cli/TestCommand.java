package io.waggle.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle test}: runs the tests of a script. */
final class TestCommand implements Command {
  @Override
  public String name() {
    return "test";
  }

  @Override
  public String summary() {
    return "Run the test probes of a tracing script.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(text("-e", "PROGRAM", "Run PROGRAM rather than a file."))
            .addOption(text("-f", "FORMAT", "Print as 'text' (the default) or 'json'."))
            .addOption(text("-n", "NAME", "Run tests of this name only; '*' stands for anything."))
            .addOption(flag("-v", "Print what tests print that pass, too."))
            .addOption(flag("--unsafe", "Allow functions that change the system."))
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("FILE|ARGUMENT")
                    .description("A file unless -e is given, then $1, $2 ...")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis(
            "waggle test [OPTION...] FILE [ARGUMENT...]",
            "       waggle test [OPTION...] -e PROGRAM [ARGUMENT...]")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "A test passes if it returns 0 and neither errorf() nor assert() complains.",
            "Exit status: 0 if all pass, 1 if one fails or there is none.",
            "",
            "Example:",
            "    waggle test -e 'test:sum { assert(1 + 1 == 2, \"no sum\"); }'");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> rest = new ArrayList<>(arguments.matchedPositionalValue(0, List.<String>of()));
    Optional<String> program = Optional.ofNullable(arguments.matchedOptionValue("-e", null));
    if (program.isEmpty() && rest.isEmpty()) {
      throw new UsageException("no program; give one with -e, or name a file");
    }
    String format = arguments.matchedOptionValue("-f", "text");
    if (!format.equals("text") && !format.equals("json")) {
      throw new UsageException("-f takes 'text' or 'json', not '" + format + "'");
    }
    TraceOptions.Source source =
        program.isPresent()
            ? new TraceOptions.Source.Text(program.get())
            : new TraceOptions.Source.Named(rest.removeFirst());
    return new TestRun(
            source,
            rest,
            arguments.matchedOptionValue("-n", "*"),
            format.equals("json"),
            arguments.hasMatchedOption("-v"),
            arguments.hasMatchedOption("--unsafe"))
        .run(out);
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  private static OptionSpec text(String name, String label, String description) {
    return OptionSpec.builder(name)
        .arity("1")
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }
}
