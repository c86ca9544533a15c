package io.waggle.cli;

import io.waggle.cli.TraceOptions.Format;
import io.waggle.cli.TraceOptions.Source;
import io.waggle.formats.text.BufferMode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle trace}: runs a script of the tracing language; the options are bpftrace's. */
final class TraceCommand implements Command {
  private static final String[] NONE = {};

  @Override
  public String name() {
    return "trace";
  }

  @Override
  public String summary() {
    return "Run a tracing script, or list what can be traced.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(text("-e", "PROGRAM", "Run PROGRAM rather than a file."))
            .addOption(flag("-l", "List the probes that the program or the pattern names, or all."))
            .addOption(
                text("-c", "COMMAND", "Start COMMAND once all is attached; end when it ends."))
            .addOption(text("-p", "PID", "Trace this process only; end when it ends."))
            .addOption(text("-f", "FORMAT", "Print as 'text' (the default) or 'json'."))
            .addOption(text("-o", "FILE", "Print to FILE rather than to standard output."))
            .addOption(text("-B", "MODE", "Write out by 'line' (the default), 'full' or 'none'."))
            .addOption(text("-d", "STAGE", "Print a stage: ast, types, ir, bpf, verifier, all."))
            .addOption(many("-I", "FOLDER", "Look for headers there, too."))
            .addOption(many("--include", "HEADER", "Include HEADER before the program."))
            .addOption(flag("-k", "Tell of reads of memory that fail."))
            .addOption(flag("--no-warnings", "Print no warnings."))
            .addOption(flag("-q", "Print the program's own output only."))
            .addOption(flag("-v", "Tell more of what happens."))
            .addOption(flag("--unsafe", "Allow functions that change the system."))
            .addOption(flag("--info", "Print what the kernel offers and what Waggle can use."))
            .addOption(flag("--dry-run", "Attach everything, then end."))
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("FILE|PATTERN|ARGUMENT")
                    .description("A file ('-': standard input) unless -e is given, then $1, $2 ...")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis(
            "waggle trace [OPTION...] FILE [ARGUMENT...] [-- --NAME=VALUE...]",
            "       waggle trace [OPTION...] -e PROGRAM [ARGUMENT...] [-- --NAME=VALUE...]",
            "       waggle trace -l [PATTERN | FILE | -e PROGRAM]")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Examples:",
            "  How large are the blocks that a command allocates?",
            "    waggle trace -e 'uprobe:libc:malloc { @bytes = hist(arg0); }' -c 'ls -lR'",
            "  Which files does a running process open?",
            "    waggle trace -p 1234 -e 'tracepoint:syscalls:sys_enter_openat",
            "        { printf(\"%%s\\n\", str(args.filename)); }'",
            "  What is typed into every bash?",
            "    waggle trace -e 'uretprobe:/bin/bash:readline { print(str(retval)); }'",
            "  Which functions of a library can be probed?",
            "    waggle trace -l 'uprobe:libc:str*'");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    return new TraceRun(options(arguments)).run();
  }

  /** Turns the words of the command line into values. */
  static TraceOptions options(ParseResult parsed) {
    List<String> rest = new ArrayList<>(parsed.matchedPositionalValue(0, List.<String>of()));
    boolean list = parsed.hasMatchedOption("-l");
    boolean info = parsed.hasMatchedOption("--info");
    Optional<String> program = value(parsed, "-e");
    Optional<Source> source;
    if (program.isPresent()) {
      source = Optional.of(new Source.Text(program.get()));
    } else if (rest.isEmpty()) {
      source = Optional.empty();
    } else {
      String name = rest.removeFirst();
      source = Optional.of(name.equals("-") ? new Source.StandardInput() : new Source.Named(name));
    }
    if (source.isEmpty() && !list && !info) {
      throw new UsageException("no program; give one with -e, or name a file");
    }
    Optional<String> child = value(parsed, "-c");
    OptionalInt pid = pid(value(parsed, "-p"));
    if (child.isPresent() && pid.isPresent()) {
      throw new UsageException("-c and -p exclude each other");
    }
    return new TraceOptions(
        source,
        rest,
        list,
        info,
        child,
        pid,
        format(value(parsed, "-f").orElse("text")),
        value(parsed, "-o").map(Path::of),
        buffering(value(parsed, "-B").orElse("line")),
        stages(parsed.matchedOptionValue("-d", NONE)),
        parsed.hasMatchedOption("-q"),
        parsed.hasMatchedOption("-v"),
        List.of(parsed.matchedOptionValue("-I", NONE)).stream().map(Path::of).toList(),
        List.of(parsed.matchedOptionValue("--include", NONE)),
        parsed.hasMatchedOption("--unsafe"),
        parsed.hasMatchedOption("-k"),
        !parsed.hasMatchedOption("--no-warnings"),
        parsed.hasMatchedOption("--dry-run"));
  }

  private static OptionalInt pid(Optional<String> text) {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int pid = Integer.parseInt(text.get());
      if (pid > 0) {
        return OptionalInt.of(pid);
      }
    } catch (NumberFormatException notANumber) {
      // Told below, together with numbers that no process has.
    }
    throw new UsageException("-p takes a process id, not '" + text.get() + "'");
  }

  private static Format format(String word) {
    return switch (word) {
      case "text" -> Format.TEXT;
      case "json" -> Format.JSON;
      default -> throw new UsageException("-f takes 'text' or 'json', not '" + word + "'");
    };
  }

  private static BufferMode buffering(String word) {
    return switch (word) {
      case "line" -> BufferMode.LINE;
      case "full" -> BufferMode.FULL;
      case "none" -> BufferMode.NONE;
      default -> throw new UsageException("-B takes 'line', 'full' or 'none', not '" + word + "'");
    };
  }

  private static Set<String> stages(String[] values) {
    Set<String> stages = new LinkedHashSet<>();
    for (String value : values) {
      for (String stage : value.split(",")) {
        switch (stage) {
          case "ast", "types", "ir", "bpf", "verifier" -> stages.add(stage);
          // As it was called first.
          case "dis" -> stages.add("bpf");
          case "all" -> stages.addAll(List.of("ast", "types", "ir", "bpf", "verifier"));
          default ->
              throw new UsageException(
                  "-d takes 'ast', 'types', 'ir', 'bpf', 'verifier' or 'all', not '" + stage + "'");
        }
      }
    }
    return stages;
  }

  private static Optional<String> value(ParseResult parsed, String option) {
    return Optional.ofNullable(parsed.matchedOptionValue(option, null));
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  private static OptionSpec many(String name, String label, String description) {
    return OptionSpec.builder(name)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .type(String[].class)
        .build();
  }

  private static OptionSpec text(String name, String label, String description) {
    OptionSpec.Builder option =
        OptionSpec.builder(name).arity("1").paramLabel(label).description(description);
    // Only -d may be given more than once.
    return option.type(name.equals("-d") ? String[].class : String.class).build();
  }
}
