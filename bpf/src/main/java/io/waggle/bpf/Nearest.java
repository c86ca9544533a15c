package io.waggle.bpf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that somebody may have meant who wrote one that does not exist. */
public final class Nearest {
  private static final int SHOWN = 3;

  private Nearest() {}

  /** A hint such as {@code did you mean malloc, calloc?}, empty if nothing is near. */
  public static String hint(String wanted, Collection<String> names) {
    List<String> near = of(wanted, names);
    return near.isEmpty() ? "" : "did you mean " + String.join(", ", near) + "?";
  }

  /**
   * The names that differ from {@code wanted} in the fewest letters, in alphabetical order, at most
   * three; none if all differ in more than a third of its letters.
   */
  public static List<String> of(String wanted, Collection<String> names) {
    int least = wanted.length() <= 3 ? 1 : Math.max(2, wanted.length() / 3);
    List<String> nearest = new ArrayList<>();
    for (String name : names) {
      int distance = distance(wanted, name, least);
      if (distance < least) {
        nearest.clear();
        least = distance;
      }
      if (distance == least && !nearest.contains(name)) {
        nearest.add(name);
      }
    }
    nearest.sort(Comparator.naturalOrder());
    return List.copyOf(nearest.subList(0, Math.min(SHOWN, nearest.size())));
  }

  /**
   * Insertions, deletions and changes from one to the other; above {@code limit} any number more.
   */
  private static int distance(String from, String to, int limit) {
    if (Math.abs(from.length() - to.length()) > limit) {
      return limit + 1;
    }
    int[] above = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      int least = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
        least = Math.min(least, row[j]);
      }
      if (least > limit) {
        return limit + 1;
      }
      int[] spare = above;
      above = row;
      row = spare;
    }
    return above[to.length()];
  }
}
