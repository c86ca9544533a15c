package io.waggle.cli;

import io.waggle.bpf.ObjectException;
import io.waggle.bpf.core.CoreException;
import io.waggle.c.ClangMissingException;
import io.waggle.c.CompileException;
import io.waggle.c.Headers;
import io.waggle.formats.FormatException;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.AttachException;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.MissingTypesException;
import io.waggle.kernel.VerifierException;
import io.waggle.linux.EventFd;
import io.waggle.linux.Interrupt;
import io.waggle.linux.NotMountedException;
import io.waggle.linux.SystemCallException;
import io.waggle.pack.BuildOptions;
import io.waggle.pack.CommonOption;
import io.waggle.pack.OptionException;
import io.waggle.pack.PackageBuild;
import io.waggle.pack.PackageException;
import io.waggle.pack.PackageRun;
import io.waggle.pack.Packaged;
import io.waggle.pack.ProgramOptions.Parsed;
import io.waggle.pack.RunOptions;
import io.waggle.pack.Sources;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** Runs a package as {@link RunCommand} says. */
final class ProgramRun {
  private static final int FAILED = 1;

  /** Said before all else, in this spelling, by the tool that users come from. */
  private static final String STARTING = "Runing eBPF program...\n";

  private static final String STARTED =
      "Successfully started! Please run `sudo cat /sys/kernel/debug/tracing/trace_pipe` to see"
          + " output of the BPF program.\n";

  private final Map<CommonOption, String> given = new EnumMap<>(CommonOption.class);
  private final ParseResult before;
  private final PrintStream out;
  private final PrintStream err;
  private final String where;
  private final List<String> words;

  /**
   * Prepares a run.
   *
   * @param before options that stood before the source
   * @param words what stood behind it
   * @param out for help; events go to standard output itself
   * @param err for what goes wrong
   */
  ProgramRun(
      ParseResult before, String where, List<String> words, PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
    this.before = before;
    this.where = where;
    this.words = words;
    for (CommonOption option : CommonOption.values()) {
      String name = option.longName();
      if (before.hasMatchedOption(name)) {
        given.put(option, option.takesValue() ? before.matchedOptionValue(name, "") : "");
      }
    }
  }

  /** Runs to the end and gives the exit status; what goes wrong is told on standard error. */
  int run() {
    try {
      Packaged packaged = packaged();
      Parsed parsed = packaged.options().parse(words).and(given);
      if (parsed.has(CommonOption.HELP)) {
        out.print(packaged.help());
        return Main.OK;
      }
      if (parsed.has(CommonOption.VERSION)) {
        out.println(packaged.version());
        return Main.OK;
      }
      run(packaged, parsed);
      return Main.OK;
    } catch (OptionException refused) {
      fail("waggle run: " + refused.getMessage());
      return Main.USAGE;
    } catch (VerifierException rejected) {
      boolean verbose = given.containsKey(CommonOption.VERBOSE) || words.contains("--verbose");
      return fail("ERROR: " + rejected.getMessage() + (verbose ? "\n" + rejected.log() : ""));
    } catch (CompileException refused) {
      return fail(refused.getMessage() + "\nERROR: clang does not take " + where);
    } catch (PackageException
        | ClangMissingException
        | ObjectException
        | FormatException
        | CoreException
        | MissingTypesException
        | AttachException
        | SystemCallException
        | NotMountedException
        | UncheckedIOException refused) {
      return fail("ERROR: " + refused.getMessage());
    }
  }

  private Packaged packaged() {
    if (where.endsWith(".c")) {
      return compiled(Path.of(where));
    }
    // Whether to use the cache must be known before the program's own options are.
    boolean cache = !given.containsKey(CommonOption.NO_CACHE) && !words.contains("--no-cache");
    Sources.Source source = Sources.read(where, cacheFolder().resolve("packages"), cache);
    Packaged packaged = Packaged.read(source.name(), source.bytes());
    source.keep();
    return packaged;
  }

  private Packaged compiled(Path source) {
    BuildOptions options = BuildOptions.of(source, ClangOptions.flags(before));
    PackageBuild build =
        new PackageBuild(
            options,
            ClangOptions.clang(before),
            Headers.inUsersCache(),
            _ -> {},
            err::println,
            Main.version());
    return Packaged.of(source.getFileName().toString(), build.make());
  }

  /** The folder for what can be fetched or made again (XDG base directory specification). */
  static Path cacheFolder() {
    String folder = System.getenv("XDG_CACHE_HOME");
    Path caches =
        folder == null || folder.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(folder);
    return caches.resolve("waggle");
  }

  private void run(Packaged packaged, Parsed parsed) {
    RunOptions options =
        new RunOptions(
            parsed.has(CommonOption.JSON),
            parsed.has(CommonOption.VERBOSE),
            parsed.value(CommonOption.TIMEOUT).map(ProgramRun::seconds),
            parsed.value(CommonOption.INTERFACE),
            parsed.value(CommonOption.CGROUP));
    try (Kernel kernel = Kernel.host();
        OutputFile messages = OutputFile.standardError();
        OutputFile out = OutputFile.standardOutput(BufferMode.LINE)) {
      OutputFile said = options.json() ? messages : out;
      say(said, STARTING);
      try (EventFd stop = new EventFd();
          Interrupt interrupt = Interrupt.into(stop);
          SymbolFrames names = new SymbolFrames();
          PackageRun run =
              PackageRun.start(kernel, packaged, parsed, options, out, messages, names)) {
        if (run.onlyPrints()) {
          say(said, STARTED);
        }
        run.run(stop.fd());
      }
    }
  }

  private static void say(OutputFile out, String text) {
    out.text().put(text);
    out.flush();
  }

  private static Duration seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds > 0 && seconds < Integer.MAX_VALUE) {
        return Duration.ofNanos((long) (seconds * 1e9));
      }
    } catch (NumberFormatException notANumber) {
      // Told below, together with numbers that are no duration.
    }
    throw new OptionException("'" + text + "' is no number of seconds");
  }

  private int fail(String message) {
    err.println(message);
    return FAILED;
  }
}
