package io.waggle.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the figures were measured on, for the head of the result. */
final class Machine {
  private Machine() {}

  static String describe(List<Tracer> tracers) {
    StringBuilder text = new StringBuilder();
    text.append("- processor: ").append(processor()).append(", ");
    text.append(Runtime.getRuntime().availableProcessors()).append(" CPUs\n");
    text.append("- kernel: ").append(firstLine("uname", "-sr")).append('\n');
    text.append("- Java: ").append(Runtime.version()).append('\n');
    for (Tracer tracer : tracers) {
      text.append("- ").append(tracer.name()).append(": ");
      text.append(firstLine(tracer.command().getFirst(), "--version")).append('\n');
    }
    return text.toString();
  }

  private static String processor() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
      return "unknown";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().findFirst().orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + List.of(command), e);
    }
  }
}
