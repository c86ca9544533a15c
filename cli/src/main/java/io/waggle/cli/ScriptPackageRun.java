package io.waggle.cli;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.JsonOutput;
import io.waggle.script.output.Names;
import io.waggle.script.output.TextOutput;
import io.waggle.script.packed.ScriptPackage;
import io.waggle.script.packed.Unpacking;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Session;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a package of a script. */
record ScriptPackageRun(Path file, boolean json) {

  int run() {
    return Failures.told(this::trace, false);
  }

  private int trace() {
    ScriptPackage packed = ScriptPackage.read(bytes());
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything();
        OutputFile messages = OutputFile.standardError();
        OutputFile out = OutputFile.standardOutput(BufferMode.LINE)) {
      Plan plan = Unpacking.plan(packed, kernel);
      try (Names names = Tracing.names(plan)) {
        return new Session(
                json ? new JsonOutput(out, messages, names) : new TextOutput(out, messages, names),
                false,
                packed.printMaps(),
                false)
            .run(plan, kernel, target);
      }
    }
  }

  private byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
