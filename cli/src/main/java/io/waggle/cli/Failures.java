package io.waggle.cli;

import io.waggle.bpf.verifier.Rejection.Author;
import io.waggle.c.ClangMissingException;
import io.waggle.c.CompileException;
import io.waggle.compiler.CompileError;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.AttachException;
import io.waggle.kernel.VerifierException;
import io.waggle.linux.CommandNotFoundException;
import io.waggle.linux.NotMountedException;
import io.waggle.linux.SystemCallException;
import io.waggle.script.MissingTypesException;
import io.waggle.script.check.OptionException;
import io.waggle.script.packed.DamagedPackageException;
import io.waggle.script.packed.PackageMismatchException;
import io.waggle.script.probes.ProbeException;
import io.waggle.script.run.NoSuchProcessException;
import io.waggle.script.syntax.ScriptException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;

/** Tells on standard error why a script could not be compiled, loaded or attached. */
final class Failures {
  private Failures() {}

  /**
   * What {@code work} gives, or {@link TraceRun#FAILED} with the reason told.
   *
   * @param verbose whether to print the verifier's log, too
   */
  static int told(IntSupplier work, boolean verbose) {
    try {
      return work.getAsInt();
    } catch (ScriptException refused) {
      return tell(refused.getMessage());
    } catch (ProbeException refused) {
      return tell(
          "ERROR: " + refused.getMessage() + refused.hint().map("\nHINT: "::concat).orElse(""));
    } catch (VerifierException rejected) {
      return tell(
          "ERROR: "
              + rejected.rejection().text(Author.OF_SCRIPT)
              + (verbose ? "\n" + rejected.log() : ""));
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
        | DamagedPackageException
        | PackageMismatchException
        | CompileException refused) {
      return tell("ERROR: " + refused.getMessage());
    } catch (UncheckedIOException failure) {
      return tell("ERROR: " + failure.getMessage());
    }
  }

  /** Prints a message; gives {@link TraceRun#FAILED}. */
  static int tell(String message) {
    try (OutputFile messages = OutputFile.standardError()) {
      messages.text().put(message).put('\n');
      messages.commit();
    }
    return TraceRun.FAILED;
  }
}
