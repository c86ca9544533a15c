package io.waggle.script;

import io.waggle.bpf.BpfObject;
import io.waggle.compiler.Program;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Feature;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.KernelTypes;
import io.waggle.linux.Architecture;
import io.waggle.linux.Clock;
import io.waggle.linux.Cpus;
import io.waggle.linux.KernelVersion;
import io.waggle.linux.Mapping;
import io.waggle.linux.Mounts;
import io.waggle.script.check.CheckOptions;
import io.waggle.script.check.CheckedProbe;
import io.waggle.script.check.CheckedScript;
import io.waggle.script.check.Checker;
import io.waggle.script.check.Clause;
import io.waggle.script.check.Place;
import io.waggle.script.check.ProbeField;
import io.waggle.script.check.ProbeFields;
import io.waggle.script.header.Declarations;
import io.waggle.script.header.Preprocessor;
import io.waggle.script.lower.Lowering;
import io.waggle.script.lower.LoweringOptions;
import io.waggle.script.lower.TypeListing;
import io.waggle.script.output.Output;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Plan;
import io.waggle.script.probes.ElfBinaries;
import io.waggle.script.probes.HostKernelCode;
import io.waggle.script.probes.KernelArguments;
import io.waggle.script.probes.Probe;
import io.waggle.script.probes.Probes;
import io.waggle.script.probes.TracepointFields;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.script.syntax.AstPrinter;
import io.waggle.script.syntax.Macros;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import io.waggle.script.types.CTypes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A tracing script: text that has been parsed, to be compiled for and attached to a kernel.
 *
 * <p>A plain value; the same script can be attached any number of times.
 */
public final class Script {
  /** How many CPUs a machine that runs a package may have for aggregations to be read in it. */
  private static final int MOST_CPUS = 512;

  private static final KernelVersion INSTRUCTION_SET_4 = new KernelVersion(6, 6, 0);

  private final io.waggle.script.syntax.Script syntax;
  private final Settings settings;
  private final Inputs inputs;
  private final KernelTypes types = new KernelTypes();

  /**
   * What a script is given besides its text.
   *
   * @param parameters positional ones, {@code $1} first
   * @param named what {@code getopt} gives
   * @param included headers that are read before the script's own definitions
   * @param headers reads headers of C; scripts without any can do without
   * @param unsafe whether it may change or harm the system
   * @param helperErrors whether reads that fail are told
   * @param portable whether it is made for other machines, too
   * @param testing whether its tests are wanted
   */
  private record Inputs(
      List<String> parameters,
      Map<String, String> named,
      List<String> included,
      Optional<Preprocessor> headers,
      boolean unsafe,
      boolean helperErrors,
      boolean testing,
      boolean portable) {
    private static final Inputs NONE =
        new Inputs(List.of(), Map.of(), List.of(), Optional.empty(), false, false, false, false);

    private Inputs {
      parameters = List.copyOf(parameters);
      named = Map.copyOf(named);
      included = List.copyOf(included);
    }
  }

  /**
   * A script made ready to run.
   *
   * @param warnings to show to the author, each with its place in the source
   */
  public record Compilation(Plan plan, List<String> warnings) {
    public Compilation {
      warnings = List.copyOf(warnings);
    }
  }

  private Script(io.waggle.script.syntax.Script syntax, Settings settings, Inputs inputs) {
    this.syntax = syntax;
    this.settings = settings;
    this.inputs = inputs;
  }

  /**
   * Parses a script.
   *
   * @throws ScriptException at the first thing that is not the language
   */
  public static Script parse(String text) {
    return parse("stdin", text);
  }

  /**
   * Parses a script that has a name, for messages and for where its imports are.
   *
   * @throws ScriptException at the first thing that is not the language
   */
  public static Script parse(String name, String text) {
    Source source = new Source(name, text);
    io.waggle.script.syntax.Script syntax =
        Imports.resolve(Parser.parse(source), Path.of(name).toAbsolutePath().getParent());
    return new Script(syntax, Settings.of(source, syntax.config(), System.getenv()), Inputs.NONE);
  }

  /** What its {@code config} block and the environment set. */
  public Settings settings() {
    return settings;
  }

  /**
   * The same script with other parameters: those that start with {@code --} are options, others
   * {@code $1} and so on.
   */
  public Script withParameters(List<String> values) {
    List<String> positional = new ArrayList<>();
    Map<String, String> named = new HashMap<>();
    for (String value : values) {
      if (value.startsWith("--")) {
        int equals = value.indexOf('=');
        int end = equals < 0 ? value.length() : equals;
        named.put(value.substring(2, end), equals < 0 ? "" : value.substring(equals + 1));
      } else {
        positional.add(value);
      }
    }
    return with(
        new Inputs(
            positional,
            named,
            inputs.included(),
            inputs.headers(),
            inputs.unsafe(),
            inputs.helperErrors(),
            inputs.testing(),
            inputs.portable()));
  }

  /**
   * The same script, which may include headers.
   *
   * @param included headers that are read before the script's own definitions
   * @param headers reads headers of C
   */
  public Script withHeaders(List<String> included, Preprocessor headers) {
    return with(
        new Inputs(
            inputs.parameters(),
            inputs.named(),
            included,
            Optional.of(headers),
            inputs.unsafe(),
            inputs.helperErrors(),
            inputs.testing(),
            inputs.portable()));
  }

  /** The same script, to be made a package of that other machines can run. */
  public Script withPortableCode() {
    return with(
        new Inputs(
            inputs.parameters(),
            inputs.named(),
            inputs.included(),
            inputs.headers(),
            inputs.unsafe(),
            inputs.helperErrors(),
            inputs.testing(),
            true));
  }

  private Script with(Inputs given) {
    return new Script(syntax, settings, given);
  }

  /** The same script, allowed what may change or harm the system ({@code --unsafe}). */
  public Script withUnsafe(boolean allowed) {
    return with(
        new Inputs(
            inputs.parameters(),
            inputs.named(),
            inputs.included(),
            inputs.headers(),
            allowed,
            inputs.helperErrors(),
            inputs.testing(),
            inputs.portable()));
  }

  /** The same script, which tells of reads that fail ({@code -k}). */
  public Script withHelperErrors(boolean told) {
    return with(
        new Inputs(
            inputs.parameters(),
            inputs.named(),
            inputs.included(),
            inputs.headers(),
            inputs.unsafe(),
            told,
            inputs.testing(),
            inputs.portable()));
  }

  /** The same script with its {@code test} probes, which are left out otherwise. */
  public Script withTests() {
    return with(
        new Inputs(
            inputs.parameters(),
            inputs.named(),
            inputs.included(),
            inputs.headers(),
            inputs.unsafe(),
            inputs.helperErrors(),
            true,
            inputs.portable()));
  }

  /**
   * What the script's attach points stand for on this machine.
   *
   * @param pid the process that is to be traced, if it is one
   * @throws ScriptException if one stands for nothing
   */
  public List<Probe> probes(OptionalInt pid) {
    List<Probe> probes = new ArrayList<>();
    for (Clause clause : clauses(pid)) {
      for (Place place : clause.places()) {
        probes.add(new Probe(place.attachment(), place.names()));
      }
    }
    return probes;
  }

  /**
   * Compiles the script for a kernel and what it is to trace.
   *
   * @throws ScriptException with every error of the script
   */
  public Compilation compile(Kernel kernel, Target target) {
    return compile(kernel, target, program -> {});
  }

  /**
   * As {@link #compile(Kernel, Target)}.
   *
   * @param listing gets each program in the compiler's intermediate form, which prints itself
   */
  public Compilation compile(Kernel kernel, Target target, Consumer<Program> listing) {
    AttachPoints points = attachPoints(target.pid());
    CheckedScript checked = check(points, target);
    List<String> warnings = new ArrayList<>();
    points.warnings().forEach(warning -> warnings.add(warning.render(syntax.source())));
    checked.warnings().forEach(warning -> warnings.add(warning.render(syntax.source())));
    Limits.check(checked, settings, warnings);
    LoweringOptions lowering =
        loweringOptions(
            target,
            (has(checked, Attachment.Uprobes.class) || has(checked, Attachment.Usdt.class))
                && kernel.has(Feature.UPROBE_MULTI),
            has(checked, Attachment.Kprobes.class) && kernel.has(Feature.KPROBE_MULTI));
    return new Compilation(licensed(Lowering.lower(checked, lowering, listing)), warnings);
  }

  /** The types of the script's maps and variables, one a line, for people. */
  public String types(Target target) {
    return TypeListing.of(check(attachPoints(target.pid()), target));
  }

  private CheckedScript check(AttachPoints points, Target target) {
    Declarations declarations =
        CDefinitions.of(syntax, inputs.included(), inputs.headers(), new HostTypes(types));
    io.waggle.script.syntax.Script expanded =
        Macros.expand(syntax, declarations::macro, Checker::isLibrary);
    return Checker.check(
        expanded,
        chosen(points.clauses(expanded.probes())),
        fields(declarations),
        declarations,
        new CheckOptions(
            inputs.parameters(),
            inputs.named(),
            settings.maxStrlen(),
            inputs.unsafe(),
            inputs.portable(),
            settings.stackMode(),
            settings.values(),
            new HostMachine(target)));
  }

  /** Without the places of tests, unless they are asked for. */
  private List<Clause> chosen(List<Clause> clauses) {
    List<Clause> chosen = new ArrayList<>();
    for (Clause clause : clauses) {
      List<Place> places = new ArrayList<>();
      for (Place place : clause.places()) {
        if (inputs.testing() || !(place.attachment() instanceof Attachment.Test)) {
          places.add(place);
        }
      }
      if (!places.isEmpty()) {
        chosen.add(new Clause(clause.probe(), places));
      }
    }
    return chosen;
  }

  private Plan licensed(Plan plan) {
    BpfObject object = plan.object();
    if (object.license().equals(settings.license())) {
      return plan;
    }
    return plan.with(new BpfObject(settings.license(), object.maps(), object.programs()));
  }

  private ProbeFields fields(CTypes declared) {
    ProbeFields tracepoints = new TracepointFields(Mounts::tracefs, declared, settings.maxStrlen());
    KernelArguments functions = new KernelArguments(types);
    return new ProbeFields() {
      @Override
      public List<ProbeField> of(Attachment attachment) {
        return attachment instanceof Attachment.Tracepoint
            ? tracepoints.of(attachment)
            : functions.of(attachment);
      }

      @Override
      public Optional<ProbeField> result(Attachment attachment) {
        return functions.result(attachment);
      }
    };
  }

  private static boolean has(CheckedScript checked, Class<? extends Attachment> kind) {
    for (CheckedProbe probe : checked.probes()) {
      if (kind.isInstance(probe.place().attachment())) {
        return true;
      }
    }
    return false;
  }

  private LoweringOptions loweringOptions(Target target, boolean uprobeMulti, boolean kprobeMulti) {
    boolean newest =
        !inputs.portable() && KernelVersion.running().compareTo(INSTRUCTION_SET_4) >= 0;
    OptionalInt none = OptionalInt.empty();
    return new LoweringOptions(
        newest ? io.waggle.compiler.Target.V4 : io.waggle.compiler.Target.V3,
        Architecture.current(),
        inputs.portable() ? MOST_CPUS : Cpus.possible(),
        Cpus.online().length,
        uprobeMulti,
        kprobeMulti,
        settings.maxMapKeys(),
        settings.onStackLimit(),
        settings.maxStrlen(),
        ringBytes(),
        Clock.BOOTTIME.nanos(),
        target instanceof Target.Running ? target.pid() : none,
        inputs.portable() ? Optional.empty() : HostMachine.pidNamespace(),
        settings.maxCatBytes(),
        inputs.helperErrors(),
        inputs.portable(),
        settings.license(),
        new KernelStructures()::offset);
  }

  /** 0 leaves the choice to the compiler. */
  private int ringBytes() {
    int pages = settings.ringPages();
    return pages == 0 ? 0 : Math.max(1, Integer.highestOneBit(2 * pages - 1)) * Mapping.pageSize();
  }

  /**
   * Compiles, loads and attaches the script; what it prints goes to standard output.
   *
   * @throws ScriptException with every error of the script
   * @throws io.waggle.kernel.VerifierException if the kernel rejects a program
   * @throws io.waggle.kernel.AttachException if it cannot be attached
   */
  public Tracing attach(Kernel kernel) {
    return attach(kernel, Target.everything(), OutputFile.standardOutput(BufferMode.LINE));
  }

  /**
   * As {@link #attach(Kernel)}.
   *
   * @param target what to trace; remains the caller's
   * @param file where to print to; remains the caller's
   */
  public Tracing attach(Kernel kernel, Target target, OutputFile file) {
    Plan plan = compile(kernel, target).plan();
    Output output = new TextOutput(file, OutputFile.standardError(), Tracing.names(plan));
    return Tracing.attach(plan, kernel, output, target);
  }

  /** The parsed script as a tree, for people. */
  public String tree() {
    return AstPrinter.print(syntax);
  }

  private List<Clause> clauses(OptionalInt pid) {
    return attachPoints(pid).clauses(syntax.probes());
  }

  private AttachPoints attachPoints(OptionalInt pid) {
    Probes probes =
        new Probes(
            Mounts::tracefs,
            new ElfBinaries(),
            new HostKernelCode(Mounts::tracefs, types),
            pid,
            inputs.unsafe());
    return new AttachPoints(syntax.source(), probes, inputs.parameters(), settings);
  }
}
