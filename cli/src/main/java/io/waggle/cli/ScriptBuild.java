package io.waggle.cli;

import io.waggle.c.Clang;
import io.waggle.kernel.Kernel;
import io.waggle.linux.Architecture;
import io.waggle.script.Script;
import io.waggle.script.packed.ScriptPackage;
import io.waggle.script.run.Target;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a package of a script.
 *
 * @param output where to, beside the script by default
 */
record ScriptBuild(Path source, List<String> arguments, Optional<Path> output) {

  int run(PrintStream out) {
    return Failures.told(() -> build(out), false);
  }

  private int build(PrintStream out) {
    Path folder = source.toAbsolutePath().getParent();
    Script script =
        ScriptSource.read(new TraceOptions.Source.Named(source.toString()))
            .withParameters(arguments)
            .withUnsafe(true)
            .withHeaders(List.of(), text -> Clang.find().preprocess(text, List.of(folder)))
            .withPortableCode();
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      Script.Compilation compiled = script.compile(kernel, target);
      compiled.warnings().forEach(Failures::tell);
      String name = source.getFileName().toString();
      Path file = output.orElse(folder.resolve(name.substring(0, name.length() - 3) + ".waggle"));
      new ScriptPackage(
              name, Architecture.current(), script.settings().printMapsOnExit(), compiled.plan())
          .write(file);
      out.println(file);
    }
    return Main.OK;
  }
}
