package io.waggle.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One finished run of a command, by the operating system's own accounting.
 *
 * @param seconds from start to exit
 * @param kilobytes largest resident set
 */
record Run(int status, double seconds, double cpuSeconds, long kilobytes) {

  /** Runs to the end; standard output and error go to {@code output}. */
  static Run of(Tracer tracer, List<String> command, Path output) {
    return start(tracer, command, output).finish();
  }

  /** A run that has not ended yet. */
  record Started(Process process, Path times, List<String> command) {

    /** Waits for the end. */
    Run finish() {
      try {
        int status = process.waitFor();
        List<String> lines = Files.readAllLines(times);
        String[] fields = lines.getLast().split(" ");
        Files.delete(times);
        return new Run(
            status,
            Double.parseDouble(fields[0]),
            Double.parseDouble(fields[1]) + Double.parseDouble(fields[2]),
            Long.parseLong(fields[3]));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the times of " + command, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Starts under time(1). */
  static Started start(Tracer tracer, List<String> command, Path output) {
    try {
      Path times = Files.createTempFile("waggle-bench", ".times");
      List<String> line = new ArrayList<>();
      line.addAll(List.of("/usr/bin/time", "-q", "-f", "%e %U %S %M", "-o", times.toString()));
      line.addAll(command);
      ProcessBuilder builder = new ProcessBuilder(line);
      builder.environment().putAll(tracer.environment());
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      return new Started(builder.start(), times, command);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }
}
