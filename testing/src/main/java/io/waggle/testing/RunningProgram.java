package io.waggle.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A process that a test started and steers by lines: a traced program typically waits in {@code
 * getchar()} until everything is attached. Its standard error is the test's own. Closing it kills
 * the process and waits for its end.
 */
public final class RunningProgram implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final BufferedWriter input;

  private RunningProgram(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
    this.input = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts any command. */
  public static RunningProgram start(List<String> command) {
    try {
      return new RunningProgram(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The process id, as the tests' own pid namespace sees it. */
  public int pid() {
    return Math.toIntExact(process.pid());
  }

  /** Sends one line to its standard input. */
  public void send(String line) {
    try {
      input.write(line);
      input.newLine();
      input.flush();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Waits for the next line of its standard output.
   *
   * @throws AssertionError where the output has ended
   */
  public String readLine() {
    try {
      String line = output.readLine();
      if (line == null) {
        throw new AssertionError("process " + pid() + " printed no further line");
      }
      return line;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Closes its standard input, waits for its end and returns its exit status. */
  public int finish() {
    try {
      input.close();
    } catch (IOException endedAlready) {
      // A broken pipe here says no more than the exit status will.
    }
    return NativeProgram.await(process);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    NativeProgram.await(process);
  }
}
