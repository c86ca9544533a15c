package io.waggle.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Rows of facts as a table that fits a terminal: where the line is too short for all, it leaves
 * columns out, the least telling first, and then cuts the longest cells.
 */
final class PsTable {
  /** What goes first; the commands for one object and {@code --json} tell it still. */
  private static final List<String> LEAST_FIRST =
      List.of(
          "tag",
          "uid",
          "gpl",
          "xlated",
          "flags",
          "btf",
          "missed",
          "run_time_ns",
          "run_cnt",
          "loaded",
          "memlock",
          "jited",
          "pinned",
          "maps",
          "kernel");

  private static final int NARROWEST = 8;
  private static final String GAP = "  ";

  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table.
   *
   * @param facts with the same names in each row; one row or more
   * @param width characters of a line; empty for as many as it takes
   */
  PsTable(List<Map<String, Object>> facts, OptionalInt width) {
    columns = new ArrayList<>(facts.getFirst().keySet());
    for (Map<String, Object> row : facts) {
      rows.add(
          new ArrayList<>(columns.stream().map(its -> PsFacts.inWords(row.get(its))).toList()));
    }
    if (width.isPresent()) {
      fit(width.getAsInt());
    }
  }

  private void fit(int width) {
    for (String name : LEAST_FIRST) {
      int column = columns.indexOf(name);
      if (column >= 0 && total() > width) {
        columns.remove(column);
        rows.forEach(row -> row.remove(column));
      }
    }
    int longest = longest();
    while (total() > width && width(longest) > NARROWEST) {
      int column = longest;
      int most = Math.max(NARROWEST, width(column) - (total() - width));
      rows.forEach(row -> row.set(column, cut(row.get(column), most)));
      if (width(column) > most) {
        return; // the heading itself
      }
      longest = longest();
    }
  }

  private static String cut(String cell, int most) {
    return cell.length() <= most ? cell : cell.substring(0, most - 1) + "…";
  }

  private int total() {
    int total = 0;
    for (int i = 0; i < columns.size(); i++) {
      total += GAP.length() + width(i);
    }
    return total;
  }

  private int longest() {
    int longest = 0;
    for (int i = 1; i < columns.size(); i++) {
      longest = width(i) > width(longest) ? i : longest;
    }
    return longest;
  }

  private int width(int column) {
    int width = columns.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  /** The headings and all rows, a line each. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(text, columns);
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    int from = text.length();
    for (int i = 0; i < cells.size(); i++) {
      text.append(GAP).append(cells.get(i));
      text.append(" ".repeat(width(i) - cells.get(i).length()));
    }
    while (text.length() > from && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
  }
}
