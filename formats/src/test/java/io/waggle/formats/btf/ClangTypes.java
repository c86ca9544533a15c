package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.elf.ElfFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compiles C to an object file for BPF with type information. */
final class ClangTypes {
  private ClangTypes() {}

  /**
   * The object file's content.
   *
   * @param target {@code bpf} or {@code bpfeb}
   */
  static byte[] object(String target, String source) {
    try {
      Path folder = Files.createTempDirectory("types");
      Path code = Files.writeString(folder.resolve("types.c"), source);
      Path object = folder.resolve("types.o");
      Process clang =
          new ProcessBuilder(
                  "clang", "-target", target, "-g", "-O2", "-c", code + "", "-o", object + "")
              .redirectErrorStream(true)
              .start();
      String messages = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(clang.waitFor()).as(messages).isZero();
      byte[] content = Files.readAllBytes(object);
      Files.delete(object);
      Files.delete(code);
      Files.delete(folder);
      return content;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The types that clang makes of a source, for a little-endian machine. */
  static Btf types(String source) {
    try (ElfFile elf = elf(object("bpf", source))) {
      return Btf.of(elf).orElseThrow();
    }
  }

  /** A section's content. */
  static byte[] section(byte[] object, String name) {
    try (ElfFile elf = elf(object)) {
      var bytes = elf.content(elf.section(name).orElseThrow());
      return bytes.copy(0, bytes.size());
    }
  }

  private static ElfFile elf(byte[] object) {
    return ElfFile.of("types.o", java.lang.foreign.MemorySegment.ofArray(object));
  }
}
