package io.waggle.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle ps}: what BPF the kernel has loaded, and who holds it. */
final class PsCommand implements Command {
  @Override
  public String name() {
    return "ps";
  }

  @Override
  public String summary() {
    return "List loaded programs, maps, links and types.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(flag("--json", "Print JSON: an array of objects, or one object."))
            .addOption(flag("--dis", "Of a program: its instructions as the kernel runs them."))
            .addOption(
                OptionSpec.builder("--stats")
                    .type(Double.class)
                    .arity("1")
                    .paramLabel("SECONDS")
                    .description(
                        "Count runs and run time of programs for so long; costs each run",
                        "two readings of the clock.")
                    .build())
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("KIND [ID]")
                    .description("prog, map, link or btf; one of them by its id in full.")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis(
            "waggle ps [--json] [--stats SECONDS] [prog|map|link|btf]",
            "       waggle ps [--json] [--dis] prog|map|link|btf ID")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Examples:",
            "  Which programs cost most time, over five seconds?",
            "    sudo waggle ps --stats 5 prog",
            "  What does program 42 do?",
            "    sudo waggle ps prog 42 --dis",
            "  What is in map 7?",
            "    sudo waggle ps map 7");
    return spec;
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> words = arguments.matchedPositionalValue(0, List.<String>of());
    if (words.size() > 2) {
      throw new UsageException("too many words; name a kind of objects and one id");
    }
    boolean dis = arguments.hasMatchedOption("--dis");
    if (dis && (words.size() < 2 || !words.getFirst().equals("prog"))) {
      throw new UsageException("--dis needs a program: waggle ps prog ID --dis");
    }
    Optional<Double> seconds =
        Optional.ofNullable(arguments.matchedOptionValue("--stats", (Double) null));
    if (seconds.isPresent() && !(seconds.get() > 0 && seconds.get() < 1e6)) {
      throw new UsageException("--stats needs a number of seconds above 0");
    }
    boolean json = arguments.hasMatchedOption("--json");
    if (words.size() < 2) {
      return new PsList(words, seconds, json).run(out, err);
    }
    return new PsObject(words.getFirst(), id(words.get(1)), dis, json).run(out, err);
  }

  private static int id(String word) {
    try {
      return Integer.parseUnsignedInt(word);
    } catch (NumberFormatException wrong) {
      throw new UsageException("'" + word + "' is no id; 'waggle ps' lists them");
    }
  }
}
