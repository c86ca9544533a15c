package io.waggle.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A function of the kernel that programs call by its type, not by a number.
 *
 * @param since first kernel version, such as {@code 6.4}
 * @param callers program types that may call it; empty where that is not known
 */
public record Kfunc(String name, String since, List<Caller> callers) {
  /** A program type, and the first kernel version that lets it call. */
  public record Caller(ProgramType type, String since) {}

  public Kfunc {
    callers = List.copyOf(callers);
  }

  // Read on first use.
  private static final class Known {
    private static final List<Kfunc> ALL = Table.read("kfuncs.tsv", Kfunc::row);
  }

  private static Kfunc row(String[] columns) {
    List<Caller> callers = new ArrayList<>();
    if (!columns[2].equals("-")) {
      for (String word : columns[2].split(" ")) {
        int at = word.indexOf('@');
        callers.add(
            at < 0
                ? new Caller(ProgramType.valueOf(word), columns[1])
                : new Caller(ProgramType.valueOf(word.substring(0, at)), word.substring(at + 1)));
      }
    }
    return new Kfunc(columns[0], columns[1], callers);
  }

  /** Those of Linux 6.18, the oldest first. */
  public static List<Kfunc> all() {
    return Known.ALL;
  }

  /** The function of this name. */
  public static Optional<Kfunc> named(String name) {
    for (Kfunc function : Known.ALL) {
      if (function.name().equals(name)) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }

  /** The first kernel version that lets programs of a type call it, as far as is known. */
  public String since(ProgramType type) {
    for (Caller caller : callers) {
      if (caller.type() == type) {
        return caller.since();
      }
    }
    return since;
  }
}
