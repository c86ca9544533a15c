package io.waggle.bench;

import java.util.Locale;

/**
 * One line of the result: the same quantity of both sides.
 *
 * @param peer the other side's figure; NaN where it has none
 */
record Row(String what, String unit, double peer, double waggle, Goal goal, String note) {

  /** What to reach. */
  sealed interface Goal {
    /** At most so many times the peer's figure. */
    record Ratio(double most) implements Goal {}

    /** At most so much, whatever the peer's figure. */
    record Limit(double most) implements Goal {}
  }

  Row(String what, String unit, Figures[] figures, double ratio) {
    this(what, unit, figures[0].median(), figures[1].median(), new Goal.Ratio(ratio), "");
  }

  Row noted(String remark) {
    return new Row(what, unit, peer, waggle, goal, remark);
  }

  boolean reached() {
    return switch (goal) {
      case Goal.Ratio(double most) -> waggle / peer <= most;
      case Goal.Limit(double most) -> waggle <= most;
    };
  }

  static String header(String peer) {
    return "| what | unit | "
        + peer
        + " | waggle | ratio | to reach | |\n| --- | --- | ---: | ---: | ---: | ---: | --- |\n";
  }

  String line() {
    String wanted =
        switch (goal) {
          case Goal.Ratio(double most) -> String.format(Locale.ROOT, "%.2f", most);
          case Goal.Limit(double most) -> figure(most) + " " + unit;
        };
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s%s |%n",
        what,
        unit,
        figure(peer),
        figure(waggle),
        Double.isNaN(peer) ? "" : String.format(Locale.ROOT, "%.2f", waggle / peer),
        wanted,
        reached() ? "reached" : "missed",
        note.isEmpty() ? "" : "; " + note);
  }

  private static String figure(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}
