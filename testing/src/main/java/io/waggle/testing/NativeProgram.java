package io.waggle.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program (or shared object) that gcc made of C source text, so that a test traces something of
 * its own. It lies in the folder given, usually JUnit's {@code @TempDir}.
 *
 * @param file the executable or shared object
 */
public record NativeProgram(Path file) {
  /**
   * Compiles a program with {@code -O1 -g} and the flags given after them. Functions to be probed
   * should be {@code __attribute__((noipa))}, else gcc may inline or clone them.
   *
   * @throws AssertionError with gcc's messages where the source does not compile
   */
  public static NativeProgram compile(Path folder, String name, String source, String... flags) {
    Path file = folder.resolve(name);
    Path sourceFile = folder.resolve(name + ".c");
    new Compilation(List.of("gcc", "-O1", "-g"), sourceFile, file).run(source, List.of(flags));
    return new NativeProgram(file.toAbsolutePath());
  }

  /** Compiles a shared object: as {@link #compile}, with {@code -shared -fPIC}. */
  public static NativeProgram compileShared(Path folder, String name, String source) {
    return compile(folder, name, source, "-shared", "-fPIC");
  }

  /** Starts the program. It runs until it ends, or until the result is closed. */
  public RunningProgram start(String... arguments) {
    return RunningProgram.start(command(arguments));
  }

  /**
   * Runs the program to its end and returns what it printed to standard output.
   *
   * @throws AssertionError where it does not exit with status 0
   */
  public String run(String... arguments) {
    try {
      Process process =
          new ProcessBuilder(command(arguments))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = await(process);
      if (status != 0) {
        throw new AssertionError(file + " exited with status " + status);
      }
      return printed;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(file.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for process " + process.pid());
    }
  }
}
