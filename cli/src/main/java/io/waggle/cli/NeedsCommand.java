package io.waggle.cli;

import io.waggle.bpf.Release;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle needs}: which kernel an object needs, and whether this one will do. */
final class NeedsCommand implements Command {
  @Override
  public String name() {
    return "needs";
  }

  @Override
  public String summary() {
    return "Tell what a BPF object needs of a kernel.";
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
            .addOption(
                OptionSpec.builder("--kernel")
                    .type(String.class)
                    .arity("1")
                    .paramLabel("RELEASE")
                    .description("Answer for another kernel, such as 5.15, from tables.")
                    .build())
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("FILE")
                    .description("package.json, *.bpf.o, *.bpf.c or *.bt; nothing of it is loaded.")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis("waggle needs [--json] [--kernel RELEASE] FILE")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Exit status: 0 if the kernel can run it, 1 if not.",
            "",
            "Examples:",
            "  Can this machine run it, and which one could?",
            "    sudo waggle needs opensnoop.bpf.o",
            "  Could a machine with Linux 5.4?",
            "    waggle needs --kernel 5.4 opensnoop.bpf.o");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> words = arguments.matchedPositionalValue(0, List.<String>of());
    if (words.size() != 1) {
      throw new UsageException("name one file: a package, an object or a C program");
    }
    Optional<Release> kernel =
        Optional.ofNullable(arguments.matchedOptionValue("--kernel", (String) null))
            .map(NeedsCommand::release);
    return new NeedsRun(words.getFirst(), kernel, arguments.hasMatchedOption("--json"))
        .run(out, err);
  }

  private static Release release(String text) {
    try {
      return Release.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage());
    }
  }
}
