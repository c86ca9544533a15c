package io.waggle.bpf;

import java.util.List;
import java.util.Optional;

/** The helpers of Linux 6.18, the last there will be: kernel functions have taken their place. */
public final class Helpers {
  private Helpers() {}

  // Read on first use: most runs never ask for a name.
  private static final class Known {
    private static final List<Helper> ALL = Table.read("helpers.tsv", Helpers::row);
  }

  private static Helper row(String[] columns) {
    return new Helper(
        Integer.parseInt(columns[0]), columns[1], columns[2], columns[3].equals("GPL"), columns[4]);
  }

  /** All of them, by number. */
  public static List<Helper> all() {
    return Known.ALL;
  }

  /** The helper of this number. */
  public static Optional<Helper> of(int id) {
    return id >= 1 && id <= Known.ALL.size()
        ? Optional.of(Known.ALL.get(id - 1))
        : Optional.empty();
  }

  /** The helper of this name, with or without the prefix {@code bpf_}. */
  public static Optional<Helper> named(String name) {
    String bare = name.startsWith("bpf_") ? name.substring(4) : name;
    return Known.ALL.stream().filter(helper -> helper.name().equals(bare)).findFirst();
  }
}
