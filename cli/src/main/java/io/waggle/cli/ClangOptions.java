package io.waggle.cli;

import io.waggle.c.Clang;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of commands that compile C. */
final class ClangOptions {
  private static final List<String> FLAGS = List.of("-I", "-D", "-U");

  private ClangOptions() {}

  /** Adds them to a command. */
  static void add(CommandSpec spec) {
    spec.addOption(several("-I", "FOLDER", "C: look for headers in this folder too."));
    spec.addOption(several("-D", "NAME[=VALUE]", "C: define a macro."));
    spec.addOption(several("-U", "NAME", "C: take a macro back."));
    spec.addOption(
        several("--cflag", "FLAG", "C: hand this to clang.", "-a", "--additional-cflags"));
    spec.addOption(
        OptionSpec.builder("--clang", "--clang-bin")
            .type(String.class)
            .arity("1")
            .paramLabel("FILE")
            .description("C: the clang to use, rather than the newest on the path.")
            .build());
  }

  private static OptionSpec several(String name, String label, String text, String... more) {
    List<String> names = new ArrayList<>(List.of(name));
    names.addAll(List.of(more));
    return OptionSpec.builder(names.toArray(String[]::new))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(text)
        .build();
  }

  /** What was given, as clang takes it. */
  static List<String> flags(ParseResult arguments) {
    List<String> flags = new ArrayList<>();
    for (String name : FLAGS) {
      for (String value : arguments.matchedOptionValue(name, List.<String>of())) {
        flags.add(name + value);
      }
    }
    flags.addAll(arguments.matchedOptionValue("--cflag", List.<String>of()));
    return flags;
  }

  /**
   * The clang that was asked for, or that is found.
   *
   * @throws io.waggle.c.ClangMissingException if there is none that will do
   */
  static Clang clang(ParseResult arguments) {
    return Optional.ofNullable(arguments.<String>matchedOptionValue("--clang", null))
        .map(file -> Clang.of(Path.of(file)))
        .orElseGet(Clang::find);
  }
}
