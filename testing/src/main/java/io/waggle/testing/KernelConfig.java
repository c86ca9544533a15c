package io.waggle.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The options the running kernel was built with, where it or its distribution tells them. */
final class KernelConfig {
  private static final Path IN_KERNEL = Path.of("/proc/config.gz");

  private KernelConfig() {}

  /** Whether the option is known to be built in or a module; false where no list is to be found. */
  static boolean enabled(String option) {
    try {
      if (Files.exists(IN_KERNEL)) {
        return enabled(new GZIPInputStream(Files.newInputStream(IN_KERNEL)), option);
      }
      String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
      Path installed = Path.of("/boot/config-" + release);
      return Files.exists(installed) && enabled(Files.newInputStream(installed), option);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean enabled(InputStream list, String option) throws IOException {
    try (var lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII))) {
      return lines
          .lines()
          .anyMatch(line -> line.equals(option + "=y") || line.equals(option + "=m"));
    }
  }
}
