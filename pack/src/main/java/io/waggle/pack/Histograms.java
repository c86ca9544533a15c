package io.waggle.pack;

import io.waggle.formats.text.ByteText;

/** Counts as bars of stars, in the columns that BCC's tools gave them. */
final class Histograms {
  private static final int STARS = 40;

  /** From here on, the limits of a slot have more than ten digits. */
  private static final int WIDE = 32;

  private Histograms() {}

  /**
   * Slot 0 counts 0 and 1, slot {@code n} what lies from 2^n up to 2^(n+1)-1; none if all are 0.
   */
  static void log2(ByteText out, long[] slots, String unit) {
    int last = last(slots);
    if (last < 0) {
      return;
    }
    boolean wide = last > WIDE;
    blanks(out, wide ? 15 : 5);
    column(out, unit, wide ? 29 : 19);
    out.put(" : count    distribution\n");
    long most = most(slots);
    int width = wide ? 20 : 10;
    for (int i = 0; i <= last; i++) {
      int start = out.length();
      out.unsigned(i == 0 ? 0 : 1L << i);
      out.align(start, width, false, ' ').put(" -> ");
      start = out.length();
      out.unsigned(i >= 63 ? -1L : (1L << (i + 1)) - 1);
      out.align(start, width, true, ' ').put(" : ");
      bar(out, slots[i], most, wide ? STARS / 2 : STARS);
    }
  }

  /** A row for each number from the first that was counted to the last. */
  static void linear(ByteText out, long[] slots, String unit) {
    int last = last(slots);
    if (last < 0) {
      return;
    }
    blanks(out, 5);
    column(out, unit, 13);
    out.put(" : count    distribution\n");
    long most = most(slots);
    int first = 0;
    while (slots[first] == 0) {
      first++;
    }
    for (int i = first; i <= last; i++) {
      blanks(out, 8);
      int start = out.length();
      out.decimal(i).align(start, 10, true, ' ').put(" : ");
      bar(out, slots[i], most, STARS);
    }
  }

  private static int last(long[] slots) {
    int last = slots.length - 1;
    while (last >= 0 && slots[last] == 0) {
      last--;
    }
    return last;
  }

  private static long most(long[] slots) {
    long most = 0;
    for (long slot : slots) {
      most = Long.compareUnsigned(slot, most) > 0 ? slot : most;
    }
    return most;
  }

  private static void bar(ByteText out, long count, long most, int width) {
    int start = out.length();
    out.unsigned(count).align(start, 8, true, ' ').put(" |");
    int stars = stars(count, most, width);
    start = out.length();
    for (int i = 0; i < stars; i++) {
      out.put('*');
    }
    out.align(start, width, true, ' ').put("|\n");
  }

  private static int stars(long count, long most, int width) {
    int shift = 0;
    while (most >>> shift > Integer.MAX_VALUE) {
      shift++;
    }
    return (int) ((count >>> shift) * width / (most >>> shift));
  }

  private static void column(ByteText out, String text, int width) {
    int start = out.length();
    out.put(text).align(start, width, true, ' ');
  }

  private static void blanks(ByteText out, int count) {
    for (int i = 0; i < count; i++) {
      out.put(' ');
    }
  }
}
