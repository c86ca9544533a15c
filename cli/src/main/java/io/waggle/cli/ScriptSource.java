package io.waggle.cli;

import io.waggle.cli.TraceOptions.Source;
import io.waggle.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads scripts from where the command line says. */
final class ScriptSource {
  private ScriptSource() {}

  /**
   * The script.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws io.waggle.script.syntax.ScriptException if it is none
   */
  static Script read(Source source) {
    return switch (source) {
      case Source.Text(String program) -> Script.parse(program);
      case Source.StandardInput() -> Script.parse(standardInput());
      case Source.Named(String name) -> Script.parse(name, file(name));
    };
  }

  private static String standardInput() {
    try {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read standard input", failure);
    }
  }

  private static String file(String name) {
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
}
