package io.waggle.script.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Users by number, from {@code /etc/passwd}, which is read when first asked. */
final class Users {
  private final Map<Long, String> names = new HashMap<>();
  private boolean read;

  /** Empty for a user that is not listed. */
  String name(long number) {
    if (!read) {
      read = true;
      read();
    }
    return names.getOrDefault(number, "");
  }

  private void read() {
    try {
      for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
        String[] parts = line.split(":", 4);
        if (parts.length == 4 && !parts[2].isEmpty()) {
          names.putIfAbsent(Long.parseLong(parts[2]), parts[0]);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // A user without a name is shown as none.
    }
  }
}
