package io.waggle.cli;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.ObjectException;
import io.waggle.bpf.Release;
import io.waggle.bpf.core.CoreException;
import io.waggle.bpf.needs.Needs;
import io.waggle.c.Clang;
import io.waggle.c.ClangMissingException;
import io.waggle.c.CompileException;
import io.waggle.c.Headers;
import io.waggle.formats.FormatException;
import io.waggle.kernel.Kernel;
import io.waggle.linux.KernelVersion;
import io.waggle.linux.SystemCallException;
import io.waggle.pack.PackageException;
import io.waggle.pack.Packaged;
import io.waggle.pack.Sources;
import io.waggle.script.Script;
import io.waggle.script.run.Target;
import io.waggle.script.syntax.ScriptException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One run of {@code waggle needs}. */
final class NeedsRun {
  private static final int FAILED = 1;

  private final String file;
  private final Optional<Release> other;
  private final boolean json;

  /**
   * Prepares a run.
   *
   * @param other a kernel to answer for in place of the running one
   */
  NeedsRun(String file, Optional<Release> other, boolean json) {
    this.file = file;
    this.other = other;
    this.json = json;
  }

  int run(PrintStream out, PrintStream err) {
    try {
      BpfObject object = object();
      Needs needs = Needs.of(object);
      NeedsReport report =
          other.isPresent()
              ? NeedsReport.byTables(file, object, needs, other.get())
              : probed(object, needs);
      out.print(json ? report.json() : report.text());
      return report.canRun() ? Main.OK : FAILED;
    } catch (PackageException
        | ObjectException
        | FormatException
        | CoreException
        | ClangMissingException
        | CompileException
        | ScriptException
        | SystemCallException
        | UncheckedIOException refused) {
      err.println("waggle needs: " + refused.getMessage());
      return FAILED;
    }
  }

  private NeedsReport probed(BpfObject object, Needs needs) {
    try (Kernel kernel = Kernel.host()) {
      return new NeedsReport(
          file,
          object,
          needs,
          kernel.check(object, needs),
          "this kernel, " + KernelVersion.running() + ",",
          "here");
    }
  }

  private BpfObject object() {
    boolean isSource = file.endsWith(".bt") || file.endsWith(".bpf.c");
    if (isSource && !Files.exists(Path.of(file))) {
      throw new PackageException("there is no file '" + file + "'");
    }
    if (file.endsWith(".bt")) {
      return script(Path.of(file));
    }
    if (file.endsWith(".bpf.c")) {
      return compiled(Path.of(file));
    }
    Sources.Source source = Sources.read(file, ProgramRun.cacheFolder().resolve("packages"), true);
    Bytes object = Packaged.read(source.name(), source.bytes()).content().object();
    return BpfObject.read(source.name(), object);
  }

  /** Of a script what it is compiled to for this kernel. */
  private static BpfObject script(Path source) {
    try (Kernel kernel = Kernel.host()) {
      return Script.parse(source.toString(), Files.readString(source))
          .compile(kernel, Target.everything())
          .plan()
          .object();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static BpfObject compiled(Path source) {
    try {
      Path object = Files.createTempFile("waggle", ".bpf.o");
      try {
        Clang.find().compile(source, object, Headers.inUsersCache(), List.of());
        return BpfObject.read(object);
      } finally {
        Files.deleteIfExists(object);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
