package io.waggle.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle features}: probes what the running kernel can do. */
final class FeaturesCommand implements Command {
  @Override
  public String name() {
    return "features";
  }

  @Override
  public String summary() {
    return "Tell what the running kernel can do with BPF.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("--json")
                    .type(boolean.class)
                    .description("Print one JSON object.")
                    .build())
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("PART [WORD...]")
                    .description(
                        "Only that part: system, programs, maps, attach, machine, options,",
                        "helpers [PROGRAM TYPE...]; or 'when WORD...': which kernel brought",
                        "what has that in its name, from tables.")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis("waggle features [--json] [PART [WORD...]]")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Examples:",
            "  What may XDP programs call here?",
            "    sudo waggle features helpers xdp",
            "  Can programs be attached to LSM hooks, and if not, why?",
            "    sudo waggle features system",
            "  Which kernel brought ring buffers?",
            "    waggle features when ringbuf");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> words = arguments.matchedPositionalValue(0, List.<String>of());
    boolean json = arguments.hasMatchedOption("--json");
    if (!words.isEmpty() && words.getFirst().equals("when")) {
      return new History(words.subList(1, words.size()), json).print(out);
    }
    return new FeaturesRun(words, json).run(out, err);
  }
}
