package io.waggle.script.check;

import io.waggle.linux.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What numbers of the kernel are called, from a resource with a line {@code number name} each; see
 * {@code numbers/README.md} there for where the lines come from.
 */
public enum NumberNames {
  ERRORS("errors"),
  SIGNALS("signals"),
  SYSCALLS_X86_64("syscalls-x86_64"),
  SYSCALLS_ARM64("syscalls-arm64");

  private final String resource;

  NumberNames(String resource) {
    this.resource = resource;
  }

  static NumberNames syscalls(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> SYSCALLS_X86_64;
      case ARM64 -> SYSCALLS_ARM64;
    };
  }

  /** Names by number; the last is that of every other number, as are those in gaps. */
  public List<String> rows() {
    List<String> rows = new ArrayList<>();
    try (InputStream input = getClass().getResourceAsStream("numbers/" + resource + ".txt");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(input, resource), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        int number = Integer.parseInt(line, 0, space, 10);
        while (rows.size() < number) {
          rows.add(other(rows.size()));
        }
        rows.add(line.substring(space + 1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the names of " + resource, e);
    }
    rows.add("N/A");
    return rows;
  }

  private String other(int number) {
    return this == SIGNALS ? "Unknown signal " + number : "N/A";
  }

  /** Room for the longest, its NUL included. */
  static int room(List<String> rows) {
    int room = 1;
    for (String row : rows) {
      room = Math.max(room, row.getBytes(StandardCharsets.UTF_8).length + 1);
    }
    return room;
  }
}
