package io.waggle.bpf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Tables of facts: files beside the classes, columns between tabs, comments behind {@code #}. */
final class Table {
  private Table() {}

  /** Reads all rows of a table. */
  static <T> List<T> read(String name, Function<String[], T> row) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Table.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
      List<T> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          rows.add(row.apply(line.split("\t", -1)));
        }
      }
      return List.copyOf(rows);
    } catch (IOException e) {
      throw new UncheckedIOException("the table " + name + " cannot be read", e);
    }
  }
}
