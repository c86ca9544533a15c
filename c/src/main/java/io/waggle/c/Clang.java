package io.waggle.c;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine's clang, as a compiler of BPF objects.
 *
 * @param program the executable
 * @param version its major version
 */
public record Clang(Path program, int version) {
  /** The first that keeps what CO-RE needs of fields, types and enumerations. */
  private static final int OLDEST = 11;

  private static final int NEWEST_LOOKED_FOR = 30;
  private static final Pattern VERSION = Pattern.compile("clang version (\\d+)\\.");
  private static final Path KERNEL_TYPES = Path.of("/sys/kernel/btf/vmlinux");

  /**
   * Finds clang: what the environment's {@code CLANG} says, {@code clang} on the path, or the
   * newest {@code clang-NN}.
   *
   * @throws ClangMissingException if there is none, or only one that is too old
   */
  public static Clang find() {
    String given = System.getenv("CLANG");
    if (given != null && !given.isEmpty()) {
      return of(Path.of(given));
    }
    List<String> names = new ArrayList<>(List.of("clang"));
    for (int version = NEWEST_LOOKED_FOR; version >= OLDEST; version--) {
      names.add("clang-" + version);
    }
    String tooOld = "there is no clang on the path";
    for (String name : names) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
        Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
        if (Files.isExecutable(candidate)) {
          try {
            return of(candidate);
          } catch (ClangMissingException old) {
            tooOld = candidate + " is too old";
          }
        }
      }
    }
    throw new ClangMissingException(tooOld);
  }

  /**
   * A given clang.
   *
   * @throws ClangMissingException if it is none, or too old
   */
  public static Clang of(Path program) {
    Result result;
    try {
      result = run(List.of(program.toString(), "--version"));
    } catch (UncheckedIOException cannotStart) {
      throw new ClangMissingException(program + " cannot be started");
    }
    Matcher version = VERSION.matcher(result.output());
    if (!version.find()) {
      throw new ClangMissingException(program + " is no clang");
    }
    int major = Integer.parseInt(version.group(1));
    if (major < OLDEST) {
      throw new ClangMissingException(program + " is clang " + major);
    }
    return new Clang(program, major);
  }

  /**
   * Compiles a program for the kernel, with our headers and {@code vmlinux.h} of the running
   * kernel.
   *
   * @param source the C file; what stands beside it can be included by name
   * @param object where the result goes
   * @param flags more of clang's own: {@code -D}, {@code -I} and others
   * @return clang's warnings, as it words them; empty if there are none
   * @throws CompileException if clang refuses the program
   * @throws UncheckedIOException if a file cannot be read or written
   */
  public String compile(Path source, Path object, Headers headers, List<String> flags) {
    if (!Files.isRegularFile(source)) {
      throw new CompileException("there is no file " + source);
    }
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("-target", "bpf", "-O2", "-g", "-mcpu=v3"));
    command.addAll(List.of("-Wno-unknown-attributes", "-D__TARGET_ARCH_" + architecture()));
    command.addAll(flags);
    command.add("-I" + headers.folder());
    if (Files.exists(KERNEL_TYPES)) {
      // As a system header: nobody can mend what clang finds in it.
      command.addAll(List.of("-isystem", headers.kernelFolder(KERNEL_TYPES).toString()));
    }
    command.addAll(List.of("-c", "-o", object.toString(), source.toString()));
    Result result = run(command);
    if (result.status() != 0) {
      throw new CompileException(result.output().strip());
    }
    return result.output();
  }

  /**
   * The text of a C source with all that it includes; {@code #define} lines are kept.
   *
   * @param text the source
   * @param folders where headers are looked for first
   * @throws CompileException if a header is missing
   */
  public String preprocess(String text, List<Path> folders) {
    try {
      Path source = Files.createTempFile("waggle", ".h");
      try {
        Files.writeString(source, text);
        List<String> command =
            new ArrayList<>(List.of(program.toString(), "-E", "-dD", "-P", "-x", "c"));
        folders.forEach(folder -> command.add("-I" + folder));
        command.add(source.toString());
        Result result = run(command);
        if (result.status() != 0) {
          throw new CompileException(result.output().strip());
        }
        return result.output();
      } finally {
        Files.delete(source);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot write a temporary file", failure);
    }
  }

  /** As clang's macros of the kernel's name it. */
  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> "x86";
      case "aarch64" -> "arm64";
      case "riscv64" -> "riscv";
      case "s390x" -> "s390";
      case "ppc64le", "ppc64" -> "powerpc";
      default -> System.getProperty("os.arch");
    };
  }

  private record Result(int status, String output) {}

  private static Result run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CompileException("interrupted");
    }
  }
}
