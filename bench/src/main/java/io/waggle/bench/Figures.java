package io.waggle.bench;

import java.util.Arrays;

/** Repeated measurements of one quantity. */
final class Figures {
  private double[] values = new double[0];

  void add(double value) {
    values = Arrays.copyOf(values, values.length + 1);
    values[values.length - 1] = value;
  }

  /** The middle value; NaN without any. */
  double median() {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The smallest value; NaN without any. */
  double least() {
    return Arrays.stream(values).min().orElse(Double.NaN);
  }
}
