package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An object that clang made for a test. */
final class ClangObject {
  private ClangObject() {}

  static Bytes compile(String source) {
    try {
      Path folder = Files.createTempDirectory("pack");
      Path text = Files.writeString(folder.resolve("program.bpf.c"), source);
      Path object = folder.resolve("program.bpf.o");
      Process clang =
          new ProcessBuilder(
                  "clang", "-target", "bpf", "-g", "-O2", "-c", text + "", "-o", object + "")
              .inheritIO()
              .start();
      assertThat(clang.waitFor()).isZero();
      Bytes bytes = Bytes.of(Files.readAllBytes(object));
      Files.delete(object);
      Files.delete(text);
      Files.delete(folder);
      return bytes;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
