package io.waggle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles the benchmark's own C sources, which are resources of this package. */
record Build(Path folder) {

  /** A program of this machine. */
  Path program(String source, String... options) throws IOException, InterruptedException {
    Path program = folder.resolve(source.replace(".c", ""));
    List<String> command =
        new ArrayList<>(List.of("gcc", "-O2", "-fcf-protection=none", "-o", program.toString()));
    command.add(unpack(source).toString());
    command.addAll(List.of(options));
    run(command);
    return program;
  }

  /** An object for the kernel. */
  Path object(String source, String name, String... options)
      throws IOException, InterruptedException {
    Path object = folder.resolve(name);
    List<String> command = new ArrayList<>(List.of("clang", "-target", "bpf", "-O2", "-g"));
    command.addAll(List.of(options));
    command.addAll(List.of("-c", "-o", object.toString(), unpack(source).toString()));
    run(command);
    return object;
  }

  private Path unpack(String source) throws IOException {
    Path file = folder.resolve(source);
    if (!Files.exists(file)) {
      try (var stream = Build.class.getResourceAsStream(source)) {
        Files.copy(stream, file);
      }
    }
    return file;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }
}
