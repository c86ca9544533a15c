package io.waggle.cli;

import io.waggle.bpf.Disassembler;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.verifier.Rejection.Author;
import io.waggle.c.Clang;
import io.waggle.c.ClangMissingException;
import io.waggle.c.CompileException;
import io.waggle.cli.TraceOptions.Format;
import io.waggle.cli.TraceOptions.Source;
import io.waggle.compiler.CompileError;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.AttachException;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.KernelTypes;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.VerifierException;
import io.waggle.linux.CommandLine;
import io.waggle.linux.CommandNotFoundException;
import io.waggle.linux.Mounts;
import io.waggle.linux.NotMountedException;
import io.waggle.linux.ProgramDescription;
import io.waggle.linux.SystemCallException;
import io.waggle.script.MissingTypesException;
import io.waggle.script.Script;
import io.waggle.script.check.OptionException;
import io.waggle.script.output.JsonOutput;
import io.waggle.script.output.Output;
import io.waggle.script.output.TextOutput;
import io.waggle.script.output.ValueFormat;
import io.waggle.script.plan.Plan;
import io.waggle.script.probes.ElfBinaries;
import io.waggle.script.probes.HostKernelCode;
import io.waggle.script.probes.Listing;
import io.waggle.script.probes.ProbeException;
import io.waggle.script.run.NoSuchProcessException;
import io.waggle.script.run.Session;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.script.syntax.ScriptException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Does what {@link TraceOptions} say. */
final class TraceRun {
  /** The script cannot be compiled, loaded or attached. */
  static final int FAILED = 1;

  private final TraceOptions options;

  TraceRun(TraceOptions options) {
    this.options = options;
  }

  /** Runs to the end and gives the exit status; what goes wrong is told on standard error. */
  int run() {
    try {
      if (options.info()) {
        try (Kernel kernel = Kernel.host()) {
          print(KernelReport.text(kernel));
        }
        return Main.OK;
      }
      return options.list() ? list() : trace();
    } catch (ScriptException refused) {
      return fail(refused.getMessage());
    } catch (ProbeException refused) {
      return fail(
          "ERROR: " + refused.getMessage() + refused.hint().map("\nHINT: "::concat).orElse(""));
    } catch (VerifierException rejected) {
      return fail(
          "ERROR: "
              + rejected.rejection().text(Author.OF_SCRIPT)
              + (options.verbose() ? "\n" + rejected.log() : ""));
    } catch (AttachException
        | CompileError
        | MissingTypesException
        | io.waggle.kernel.MissingTypesException
        | SystemCallException
        | NotMountedException
        | CommandNotFoundException
        | NoSuchProcessException
        | OptionException
        | ClangMissingException
        | CompileException refused) {
      return fail("ERROR: " + refused.getMessage());
    } catch (UncheckedIOException failure) {
      return fail("ERROR: " + failure.getMessage());
    }
  }

  private static int fail(String message) {
    try (OutputFile messages = OutputFile.standardError()) {
      messages.text().put(message).put('\n');
      messages.commit();
    }
    return FAILED;
  }

  private static void print(String text) {
    try (OutputFile out = OutputFile.standardOutput(BufferMode.FULL)) {
      out.text().put(text);
    }
  }

  private int list() {
    KernelTypes types = new KernelTypes();
    Listing listing =
        new Listing(
            Mounts::tracefs,
            new ElfBinaries(),
            new HostKernelCode(Mounts::tracefs, types),
            types,
            options.pid(),
            options.verbose());
    List<String> lines =
        switch (options.source().orElse(new Source.Named(""))) {
          case Source.Named(String name)
              when name.isEmpty() || !Files.isRegularFile(Path.of(name)) -> {
            if (name.contains(".") && !name.contains(":") && !name.contains("*")) {
              fail(
                  "WARNING: It appears that '"
                      + name
                      + "' is a filename but the file does not exist. Treating '"
                      + name
                      + "' as a search pattern.");
            }
            yield listing.search(name);
          }
          case Source source -> listing.of(script(source).probes(options.pid()));
        };
    print(lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    return Main.OK;
  }

  private Script script(Source source) {
    Script script =
        switch (source) {
          case Source.Text(String program) -> Script.parse(program);
          case Source.StandardInput() -> Script.parse(standardInput());
          case Source.Named(String name) -> Script.parse(name, read(name));
        };
    Path folder =
        source instanceof Source.Named(String name)
            ? Path.of(name).toAbsolutePath().getParent()
            : Path.of("").toAbsolutePath();
    List<Path> folders = new ArrayList<>(options.folders());
    folders.add(folder);
    // Clang is looked for only once a script has something for it.
    return script
        .withParameters(options.arguments())
        .withUnsafe(options.unsafe())
        .withHeaders(options.included(), text -> Clang.find().preprocess(text, folders));
  }

  private static String standardInput() {
    try {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read standard input", failure);
    }
  }

  private static String read(String name) {
    try {
      return Files.readString(Path.of(name));
    } catch (NoSuchFileException missing) {
      throw new UncheckedIOException(
          "failed to open file '" + name + "': No such file or directory", missing);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "failed to open file '" + name + "': " + failure.getMessage(), failure);
    }
  }

  private int trace() {
    Script script = script(options.source().orElseThrow());
    try (Kernel kernel = Kernel.host();
        Target target = target();
        OutputFile messages = OutputFile.standardError()) {
      if (!options.stages().isEmpty()) {
        return show(script, kernel, target);
      }
      Script.Compilation compiled = script.compile(kernel, target);
      for (String warning : compiled.warnings()) {
        messages.text().put(warning);
        messages.commit();
      }
      try (OutputFile file = output()) {
        ValueFormat.Times times = Tracing.times(compiled.plan());
        Output output =
            options.format() == Format.JSON
                ? new JsonOutput(file, messages, times)
                : new TextOutput(file, messages, times);
        return new Session(
                output, options.quiet(), script.settings().printMapsOnExit(), options.dryRun())
            .run(compiled.plan(), kernel, target);
      }
    }
  }

  /** Prints stages of compilation in place of running what they make. */
  private int show(Script script, Kernel kernel, Target target) {
    if (options.stages().contains("ast")) {
      print(script.tree());
    }
    StringBuilder listing = new StringBuilder();
    Plan plan = script.compile(kernel, target, program -> listing.append(program)).plan();
    if (options.stages().contains("types")) {
      print(script.types(target));
    }
    if (options.stages().contains("ir")) {
      print(listing.toString());
    }
    if (options.stages().contains("bpf")) {
      for (ProgramSpec program : plan.object().programs()) {
        print(program.name() + ":\n" + Disassembler.print(program));
      }
    }
    if (options.stages().contains("verifier")) {
      try (LoadedObject loaded = kernel.load(plan.object())) {
        for (LoadedProgram program : loaded.programs()) {
          ProgramDescription kernels = program.describe();
          print(
              program.spec().name()
                  + ": accepted, "
                  + kernels.verifiedInstructions()
                  + " instructions verified, "
                  + kernels.jitedBytes()
                  + " bytes of machine code\n");
        }
      } catch (VerifierException rejected) {
        print(rejected.log());
        throw rejected;
      }
    }
    return Main.OK;
  }

  private Target target() {
    if (options.child().isPresent()) {
      return Target.command(CommandLine.split(options.child().get()));
    }
    return options.pid().isPresent()
        ? Target.process(options.pid().getAsInt())
        : Target.everything();
  }

  private OutputFile output() {
    return options.output().isPresent()
        ? OutputFile.create(options.output().get(), options.buffering())
        : OutputFile.standardOutput(options.buffering());
  }
}
