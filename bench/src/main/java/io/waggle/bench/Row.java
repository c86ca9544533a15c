package io.waggle.bench;

import java.util.Locale;

/**
 * One line of the result: the same quantity of both tracers.
 *
 * @param goal the ratio to reach, at most; 0 for none
 */
record Row(String what, String unit, double peer, double waggle, double goal, String note) {

  double ratio() {
    return waggle / peer;
  }

  static String header(String peer) {
    return "| what | unit | "
        + peer
        + " | waggle | ratio | to reach | |\n| --- | --- | ---: | ---: | ---: | ---: | --- |\n";
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.2f | %s | %s |%n",
        what,
        unit,
        figure(peer),
        figure(waggle),
        ratio(),
        goal == 0 ? "" : String.format(Locale.ROOT, "%.2f", goal),
        note.isEmpty() ? (ratio() <= goal ? "reached" : "missed") : note);
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}
