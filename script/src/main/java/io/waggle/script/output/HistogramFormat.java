package io.waggle.script.output;

import io.waggle.formats.text.ByteText;

/** Writes the buckets of one histogram, from the first to the last that is not empty. */
final class HistogramFormat {
  private static final int LABEL_WIDTH = 16;
  private static final int COUNT_WIDTH = 8;
  private static final int BAR_WIDTH = 52;

  private HistogramFormat() {}

  static void text(
      ByteText out, MapSnapshot map, int entry, Buckets buckets, int size, long asked) {
    long divisor = buckets.divisor(asked);
    int last = last(map, entry, size);
    long most = 0;
    for (int i = 0; i <= last; i++) {
      most = Math.max(most, map.number(entry, i) / divisor);
    }
    for (int i = first(map, entry, size); i <= last; i++) {
      int start = out.length();
      label(out, buckets, i);
      out.align(start, LABEL_WIDTH, true, ' ');
      long count = map.number(entry, i) / divisor;
      out.padded(count, COUNT_WIDTH, ' ').put(' ').put('|');
      int bar = out.length();
      // In single precision, so that bars end where bpftrace's do.
      int length = most == 0 ? 0 : (int) (count / (float) most * BAR_WIDTH);
      for (int j = 0; j < length; j++) {
        out.put('@');
      }
      out.align(bar, BAR_WIDTH, true, ' ').put('|').put('\n');
    }
  }

  private static void label(ByteText out, Buckets buckets, int index) {
    if (index == 0) {
      out.put("(..., ");
      buckets.label(out, 0);
      out.put(')');
      return;
    }
    out.put('[');
    buckets.label(out, index - 1);
    if (buckets.isSingle(index)) {
      out.put(']');
    } else if (buckets.isBounded(index)) {
      out.put(',').put(' ');
      buckets.label(out, index);
      out.put(')');
    } else {
      out.put(", ...)");
    }
  }

  static void json(
      ByteText out, MapSnapshot map, int entry, Buckets buckets, int size, long asked) {
    long divisor = buckets.divisor(asked);
    int first = first(map, entry, size);
    int last = last(map, entry, size);
    out.put('[');
    for (int i = first; i <= last; i++) {
      if (i > first) {
        out.put(',');
      }
      out.put('{');
      if (i > 0) {
        out.put("\"min\": ");
        buckets.json(out, i, buckets.bound(i - 1));
        out.put(", ");
      }
      if (buckets.isBounded(i)) {
        // JSON has closed intervals where text has half-open ones.
        out.put("\"max\": ");
        buckets.json(out, i, buckets.bound(i) - 1);
        out.put(", ");
      }
      out.put("\"count\": ").unsigned(map.number(entry, i) / divisor).put('}');
    }
    out.put(']');
  }

  private static int first(MapSnapshot map, int entry, int size) {
    for (int i = 0; i < size; i++) {
      if (map.number(entry, i) != 0) {
        return i;
      }
    }
    return size;
  }

  private static int last(MapSnapshot map, int entry, int size) {
    for (int i = size - 1; i >= 0; i--) {
      if (map.number(entry, i) != 0) {
        return i;
      }
    }
    return -1;
  }
}
