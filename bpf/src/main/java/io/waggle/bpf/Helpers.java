package io.waggle.bpf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The helpers of Linux 6.18, the last there will be: kernel functions have taken their place. */
public final class Helpers {
  private Helpers() {}

  // Read on first use: most runs never ask for a name.
  private static final class Table {
    private static final List<Helper> ALL = read();

    private static List<Helper> read() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  Helpers.class.getResourceAsStream("helpers.tsv"), StandardCharsets.UTF_8))) {
        List<Helper> helpers = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.startsWith("#")) {
            String[] columns = line.split("\t");
            helpers.add(
                new Helper(
                    Integer.parseInt(columns[0]),
                    columns[1],
                    columns[2],
                    columns[3].equals("GPL"),
                    columns[4]));
          }
        }
        return List.copyOf(helpers);
      } catch (IOException e) {
        throw new UncheckedIOException("the table of helpers cannot be read", e);
      }
    }
  }

  /** All of them, by number. */
  public static List<Helper> all() {
    return Table.ALL;
  }

  /** The helper of this number. */
  public static Optional<Helper> of(int id) {
    return id >= 1 && id <= Table.ALL.size()
        ? Optional.of(Table.ALL.get(id - 1))
        : Optional.empty();
  }

  /** The helper of this name, with or without the prefix {@code bpf_}. */
  public static Optional<Helper> named(String name) {
    String bare = name.startsWith("bpf_") ? name.substring(4) : name;
    return Table.ALL.stream().filter(helper -> helper.name().equals(bare)).findFirst();
  }
}
