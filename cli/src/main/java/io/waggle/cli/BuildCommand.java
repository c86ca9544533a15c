package io.waggle.cli;

import io.waggle.bpf.ObjectException;
import io.waggle.bpf.link.LinkException;
import io.waggle.c.ClangMissingException;
import io.waggle.c.CompileException;
import io.waggle.c.Headers;
import io.waggle.formats.FormatException;
import io.waggle.pack.BuildOptions;
import io.waggle.pack.PackageBuild;
import io.waggle.pack.PackageException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle build}: makes a package of a C program. */
final class BuildCommand implements Command {
  private static final int FAILED = 1;

  @Override
  public String name() {
    return "build";
  }

  @Override
  public String summary() {
    return "Make a package of a BPF program in C.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("-o", "--output-path")
                    .type(String.class)
                    .arity("1")
                    .paramLabel("FOLDER")
                    .description("Where the result goes; without, beside the source.")
                    .build())
            .addOption(flag("Write the object only, no package.", "--object", "-n"))
            .addOption(flag("Write package.yaml rather than package.json.", "-y", "--yaml"))
            .addOption(flag("SOURCE is a header: export its structs.", "--header-only"));
    ClangOptions.add(spec);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("SOURCE... [EVENT_HEADER]")
            .description(
                "A program, *.bpf.c; more that are linked to it; the header with the",
                "structs that its buffers and maps hold. Without one, the header of the",
                "source's name is taken if the source includes it.")
            .hideParamSyntax(true)
            .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis("waggle build [OPTION...] SOURCE... [EVENT_HEADER]")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Examples:",
            "  Make package.json, and run it",
            "    waggle build opensnoop.bpf.c opensnoop.h",
            "    waggle run package.json",
            "  Compile only",
            "    waggle build --object -o target -DDEBUG opensnoop.bpf.c");
    return spec;
  }

  private static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names).type(boolean.class).description(description).build();
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> words = arguments.matchedPositionalValue(0, List.<String>of());
    if (!words.isEmpty() && words.getFirst().endsWith(".bt")) {
      Optional<Path> file =
          Optional.ofNullable(arguments.<String>matchedOptionValue("-o", null)).map(Path::of);
      return new ScriptBuild(Path.of(words.getFirst()), words.subList(1, words.size()), file)
          .run(out);
    }
    List<Path> sources = new ArrayList<>();
    List<Path> headers = new ArrayList<>();
    boolean headerOnly = arguments.matchedOptionValue("--header-only", false);
    for (String word : words) {
      (word.endsWith(".h") && !headerOnly ? headers : sources).add(Path.of(word));
    }
    if (sources.isEmpty() || headers.size() > 1) {
      throw new UsageException(
          sources.isEmpty()
              ? "no source; name a program, *.bpf.c"
              : "one header says what a package exports, not " + headers.size());
    }
    Path source = sources.getFirst();
    try {
      BuildOptions options =
          new BuildOptions(
              source,
              sources.subList(1, sources.size()),
              headers.isEmpty() ? PackageBuild.headerOf(source) : Optional.of(headers.getFirst()),
              Optional.ofNullable(arguments.<String>matchedOptionValue("-o", null))
                  .map(Path::of)
                  .orElse(BuildOptions.folderOf(source)),
              form(arguments),
              headerOnly,
              ClangOptions.flags(arguments));
      new PackageBuild(
              options,
              ClangOptions.clang(arguments),
              Headers.inUsersCache(),
              out::println,
              err::println,
              Main.version())
          .write();
      return Main.OK;
    } catch (CompileException refused) {
      err.println(refused.getMessage());
      err.println("waggle build: clang does not take " + text(sources));
    } catch (PackageException
        | ClangMissingException
        | LinkException
        | ObjectException
        | FormatException
        | UncheckedIOException refused) {
      err.println("waggle build: " + refused.getMessage());
    }
    return FAILED;
  }

  private static String text(List<Path> sources) {
    return sources.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static BuildOptions.Form form(ParseResult arguments) {
    boolean object = arguments.matchedOptionValue("--object", false);
    boolean yaml = arguments.matchedOptionValue("--yaml", false);
    if (object && yaml) {
      throw new UsageException("--object writes no package, and so none in YAML");
    }
    if (object) {
      return BuildOptions.Form.OBJECT;
    }
    return yaml ? BuildOptions.Form.YAML : BuildOptions.Form.JSON;
  }
}
