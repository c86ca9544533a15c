package io.waggle.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle btf}: prints the types of the kernel, a module or a file. */
final class BtfCommand implements Command {
  @Override
  public String name() {
    return "btf";
  }

  @Override
  public String summary() {
    return "Print types of the kernel, a module or a file as C.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(text("FORMAT", "Print as 'c' (the default) or 'raw'.", "-f", "--format"))
            .addOption(
                text("FILE", "Print to FILE rather than to standard output.", "-o", "--output"))
            .addOption(
                text("FILE", "The types that those of a module's file continue.", "-B", "--base"))
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("SOURCE [NAME...]")
                    .description(
                        "'vmlinux' (the running kernel), 'vmlinux.h' (the same as a header),",
                        "a module, an ELF or BTF file; then types, functions or variables.")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis(
            "waggle btf [OPTION...] vmlinux|MODULE|FILE [NAME...]",
            "       waggle btf [-o FILE] vmlinux.h")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Examples:",
            "  Where lies a field of this kernel's task_struct?",
            "    waggle btf -f raw vmlinux task_struct",
            "  What does a function of the kernel take?",
            "    waggle btf vmlinux vfs_read",
            "  Make the header that programs for this kernel include",
            "    waggle btf -o vmlinux.h vmlinux.h");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> words = arguments.matchedPositionalValue(0, List.<String>of());
    if (words.isEmpty()) {
      throw new UsageException("no source; name vmlinux, a module or a file");
    }
    String format = value(arguments, "-f").orElse("c");
    if (!format.equals("c") && !format.equals("raw")) {
      throw new UsageException("unknown format '" + format + "'; there are c and raw");
    }
    boolean raw = format.equals("raw");
    if (words.getFirst().equals(TypesRun.HEADER) && (raw || words.size() > 1)) {
      throw new UsageException("vmlinux.h is all of the kernel as C; for parts name vmlinux");
    }
    return new TypesRun(
            words.getFirst(),
            words.subList(1, words.size()),
            raw,
            value(arguments, "-o"),
            value(arguments, "-B"))
        .run(out, err);
  }

  private static Optional<String> value(ParseResult arguments, String option) {
    return Optional.ofNullable(arguments.matchedOptionValue(option, null));
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
