package io.waggle.bpf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that came to the kernel's BPF beside helpers and types.
 *
 * @param since first kernel version, such as {@code 5.8}
 * @param until first kernel version that no longer has it, if it has gone
 */
public record Milestone(Group group, String name, String since, Optional<String> until) {
  /** What it belongs to. */
  public enum Group {
    /** Architectures that compile BPF to machine code. */
    JIT("JIT"),
    MAIN("main feature"),
    /** What can be done with maps from user space. */
    MAP("maps from user space"),
    XDP("XDP"),
    /** Network drivers that run XDP programs themselves. */
    DRIVER("XDP driver"),
    /** Commands of bpf(2). */
    COMMAND("command of bpf(2)");

    private final String meaning;

    Group(String meaning) {
      this.meaning = meaning;
    }

    /** In words. */
    public String meaning() {
      return meaning;
    }
  }

  // Read on first use.
  private static final class Known {
    private static final List<Milestone> ALL =
        Table.read(
            "milestones.tsv",
            columns ->
                new Milestone(
                    Group.valueOf(columns[0].toUpperCase(Locale.ROOT)),
                    columns[1],
                    columns[2],
                    columns[3].equals("-") ? Optional.empty() : Optional.of(columns[3])));
  }

  /** All that is known. */
  public static List<Milestone> all() {
    return Known.ALL;
  }
}
