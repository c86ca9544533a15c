package io.waggle.script.output;

import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Puts together what CPUs have of a series, interval by interval. */
final class SeriesValues {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int VALUE = 1;
  private static final int BESIDE = 2;

  private SeriesValues() {}

  static void merge(
      Type.Tseries series, MemorySegment values, long at, int cpus, long[] numbers, int first) {
    for (int cpu = 0; cpu < cpus; cpu++) {
      for (int slot = 0; slot < series.intervals(); slot++, at += 8L * Type.Tseries.WORDS) {
        if (values.get(LONG, at + 8 * BESIDE) != 0) {
          int to = first + slot * Type.Tseries.WORDS;
          merge(
              series,
              values.get(LONG, at),
              values.get(LONG, at + 8 * VALUE),
              values.get(LONG, at + 8 * BESIDE),
              numbers,
              to);
        }
      }
    }
  }

  private static void merge(
      Type.Tseries series, long interval, long value, long beside, long[] numbers, int to) {
    if (numbers[to + BESIDE] != 0 && numbers[to] > interval) {
      return;
    }
    if (numbers[to + BESIDE] == 0 || numbers[to] < interval) {
      numbers[to] = interval;
      numbers[to + VALUE] = value;
      numbers[to + BESIDE] = beside;
      return;
    }
    long held = numbers[to + VALUE];
    int order = series.signed() ? Long.compare(value, held) : Long.compareUnsigned(value, held);
    switch (series.how()) {
      case LAST -> {
        if (beside >= numbers[to + BESIDE]) {
          numbers[to + VALUE] = value;
          numbers[to + BESIDE] = beside;
        }
      }
      case AVG, SUM -> {
        numbers[to + VALUE] = held + value;
        numbers[to + BESIDE] += beside;
      }
      case MIN -> numbers[to + VALUE] = order < 0 ? value : held;
      case MAX -> numbers[to + VALUE] = order > 0 ? value : held;
    }
  }

  /** What is shown of an interval. */
  static long shown(Type.Tseries series, long value, long beside) {
    if (series.how() != Type.Summary.AVG) {
      return value;
    }
    return series.signed() ? value / beside : Long.divideUnsigned(value, beside);
  }
}
