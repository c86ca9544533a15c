package io.waggle.pack;

import io.waggle.bpf.Bytes;
import io.waggle.testing.BpfCompiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of an object that clang made for a test. */
final class ClangObject {
  private ClangObject() {}

  static Bytes compile(String source) {
    try {
      Path folder = Files.createTempDirectory("pack");
      Path object = BpfCompiler.compile(folder, "program", source);
      Bytes bytes = Bytes.of(Files.readAllBytes(object));
      Files.delete(object);
      Files.delete(folder.resolve("program.bpf.c"));
      Files.delete(folder);
      return bytes;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
