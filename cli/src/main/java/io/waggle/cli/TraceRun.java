package io.waggle.cli;

import io.waggle.bpf.Disassembler;
import io.waggle.bpf.ProgramSpec;
import io.waggle.c.Clang;
import io.waggle.cli.TraceOptions.Format;
import io.waggle.cli.TraceOptions.Source;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.KernelTypes;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.VerifierException;
import io.waggle.linux.CommandLine;
import io.waggle.linux.Mounts;
import io.waggle.linux.ProgramDescription;
import io.waggle.script.Script;
import io.waggle.script.output.JsonOutput;
import io.waggle.script.output.Names;
import io.waggle.script.output.Output;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Plan;
import io.waggle.script.probes.ElfBinaries;
import io.waggle.script.probes.HostKernelCode;
import io.waggle.script.probes.Listing;
import io.waggle.script.run.Refused;
import io.waggle.script.run.Session;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import java.nio.file.Files;
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
    return Failures.told(this::attempt, options.verbose());
  }

  private int attempt() {
    if (options.info()) {
      try (Kernel kernel = Kernel.host()) {
        print(KernelReport.text(kernel));
      }
      return Main.OK;
    }
    return options.list() ? list() : trace();
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
              Failures.tell(
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
    Path folder =
        source instanceof Source.Named(String name)
            ? Path.of(name).toAbsolutePath().getParent()
            : Path.of("").toAbsolutePath();
    List<Path> folders = new ArrayList<>(options.folders());
    folders.add(folder);
    // Clang is looked for only once a script has something for it.
    return ScriptSource.read(source)
        .withParameters(options.arguments())
        .withUnsafe(options.unsafe())
        .withHelperErrors(options.helperErrors())
        .withHeaders(options.included(), text -> Clang.find().preprocess(text, folders));
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
      for (String warning : options.warnings() ? compiled.warnings() : List.<String>of()) {
        messages.text().put(warning);
        messages.commit();
      }
      try (OutputFile file = output();
          Names names = Tracing.names(compiled.plan())) {
        Output output =
            options.format() == Format.JSON
                ? new JsonOutput(file, messages, names, options.warnings())
                : new TextOutput(file, messages, names, options.warnings());
        return new Session(
                output,
                options.quiet(),
                script.settings().printMapsOnExit(),
                options.dryRun(),
                refused(script))
            .run(compiled.plan(), kernel, target);
      }
    }
  }

  private static Refused refused(Script script) {
    return switch (script.settings().missingProbes()) {
      case ERROR -> Refused.FAIL;
      case WARN -> Refused.WARN;
      case IGNORE -> Refused.SKIP;
    };
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
