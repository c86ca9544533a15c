package io.waggle.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One run of a compiler over one source text. What it makes is kept below the project's {@code
 * target}, and a guest takes it from there: it sees the files of the machine that ran the tests
 * before it, and emulates a compiler for many seconds.
 *
 * @param command the compiler and its flags, without names of files
 * @param source where the text goes
 * @param result what the compiler makes of it
 */
record Compilation(List<String> command, Path source, Path result) {
  /**
   * Writes the text and compiles it.
   *
   * @param more flags that go after the names of the files
   * @throws AssertionError with the compiler's messages where the text does not compile
   */
  void run(String text, List<String> more) {
    try {
      Files.writeString(source, text);
      Optional<Path> kept = kept(text, more);
      if (kept.isPresent() && GuestCondition.inGuest() && Files.exists(kept.get())) {
        Files.copy(
            kept.get(),
            result,
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
        return;
      }
      compile(more);
      if (kept.isPresent() && !GuestCondition.inGuest()) {
        keep(kept.get());
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void compile(List<String> more) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("-o", result.toString(), source.toString()));
    words.addAll(more);
    Process compiler = new ProcessBuilder(words).redirectErrorStream(true).start();
    String messages = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (NativeProgram.await(compiler) != 0) {
      throw new AssertionError(String.join(" ", words) + "\n" + messages);
    }
  }

  /** Where the result is kept: nowhere if a flag names a file of the test's own. */
  private Optional<Path> kept(String text, List<String> more) {
    String folder = source.toAbsolutePath().getParent().toString();
    String name = result.getFileName().toString();
    String key = command + name + more + text;
    if (key.contains(folder) || key.contains("/tmp/")) {
      return Optional.empty();
    }
    return target().map(its -> its.resolve("compiled").resolve(digest(key) + "-" + name));
  }

  /** Another test may keep the same at the same time: whole files take each other's place. */
  private void keep(Path kept) throws IOException {
    Files.createDirectories(kept.getParent());
    Path whole = Files.createTempFile(kept.getParent(), "new", "");
    Files.copy(
        result, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(whole, kept, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The project's own folder for what is made; tests run in modules' folders or below it. */
  private static Optional<Path> target() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("guest/boot"))) {
        return Optional.of(folder.resolve("target"));
      }
    }
    return Optional.empty();
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
