package io.waggle.cli;

import io.waggle.bpf.Bytes;
import io.waggle.bpf.link.LinkException;
import io.waggle.bpf.link.ObjectLinker;
import io.waggle.formats.FormatException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code waggle link}: makes one BPF object of several. */
final class LinkCommand implements Command {
  private static final int FAILED = 1;

  @Override
  public String name() {
    return "link";
  }

  @Override
  public String summary() {
    return "Make one BPF object of several.";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("-o", "--output")
                    .type(String.class)
                    .arity("1")
                    .paramLabel("FILE")
                    .description("Where the linked object goes; needed.")
                    .build())
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("OBJECT...")
                    .description("Object files that clang made for target bpf.")
                    .hideParamSyntax(true)
                    .build());
    spec.parser().separator(" ");
    spec.usageMessage()
        .customSynopsis("waggle link -o FILE OBJECT...")
        .description(summary(), "")
        .sortOptions(false)
        .footer(
            "",
            "Example:",
            "  Two files share a map; run them as one",
            "    waggle link -o all.bpf.o probes.bpf.o maps.bpf.o",
            "    waggle run all.bpf.o");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, PrintStream out, PrintStream err) {
    List<String> files = arguments.matchedPositionalValue(0, List.<String>of());
    String output = arguments.matchedOptionValue("-o", "");
    if (output.isEmpty() || files.isEmpty()) {
      throw new UsageException(
          output.isEmpty() ? "say where the object goes: -o FILE" : "no objects to link");
    }
    try {
      ObjectLinker linker = new ObjectLinker();
      files.forEach(file -> linker.add(Path.of(file)));
      write(Path.of(output), linker.link());
      return Main.OK;
    } catch (LinkException | FormatException wrong) {
      err.println("waggle link: " + wrong.getMessage());
    } catch (UncheckedIOException failure) {
      err.println("waggle link: " + failure.getMessage() + ": " + reason(failure.getCause()));
    }
    return FAILED;
  }

  /** All of the file or nothing: it may be one of those that were linked. */
  private static void write(Path file, Bytes content) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Path whole = Files.createTempFile(folder, file.getFileName().toString(), ".new");
      try {
        Files.write(whole, content.toArray());
        Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot write " + file, failure);
    }
  }

  private static String reason(IOException cause) {
    return cause instanceof NoSuchFileException
        ? "no such file or folder"
        : cause instanceof AccessDeniedException
            ? "permission denied"
            : String.valueOf(cause.getMessage());
  }
}
