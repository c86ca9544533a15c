package io.waggle.symbols;

import java.util.Arrays;

/**
 * Addresses in order, each with a number that says what starts there: 12 bytes an entry. Made once
 * and searched often.
 */
final class AddressIndex {
  private final long[] starts;
  private final int[] values;

  private AddressIndex(long[] starts, int[] values) {
    this.starts = starts;
    this.values = values;
  }

  /** The place of the last entry that starts at or before {@code address}, or -1. */
  int floor(long address) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(starts[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  int size() {
    return starts.length;
  }

  long start(int place) {
    return starts[place];
  }

  int value(int place) {
    return values[place];
  }

  /** Collects entries in any order. */
  static final class Builder {
    private static final int PLACE_BITS = 24;

    private long[] starts = new long[1024];
    private int[] values = new int[1024];
    private int count;
    private long least = -1;
    private long greatest;

    void add(long start, int value) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
        values = Arrays.copyOf(values, count * 2);
      }
      starts[count] = start;
      values[count++] = value;
      least = Long.compareUnsigned(start, least) < 0 ? start : least;
      greatest = Long.compareUnsigned(start, greatest) > 0 ? start : greatest;
    }

    /** Sorted by address; entries of one address stay in the order they came in. */
    AddressIndex build() {
      if (count == 0) {
        return new AddressIndex(new long[0], new int[0]);
      }
      boolean packs = count <= 1 << PLACE_BITS && (greatest - least) >>> (63 - PLACE_BITS) == 0;
      int[] order = packs ? orderPacked() : orderCompared();
      long[] sortedStarts = new long[count];
      int[] sortedValues = new int[count];
      for (int i = 0; i < count; i++) {
        sortedStarts[i] = starts[order[i]];
        sortedValues[i] = values[order[i]];
      }
      return new AddressIndex(sortedStarts, sortedValues);
    }

    /** Address and place in one number: the usual case, where all lie within half a terabyte. */
    private int[] orderPacked() {
      long[] keys = new long[count];
      for (int i = 0; i < count; i++) {
        keys[i] = starts[i] - least << PLACE_BITS | i;
      }
      Arrays.sort(keys);
      int[] order = new int[count];
      for (int i = 0; i < count; i++) {
        order[i] = (int) keys[i] & (1 << PLACE_BITS) - 1;
      }
      return order;
    }

    private int[] orderCompared() {
      Integer[] places = new Integer[count];
      Arrays.setAll(places, i -> i);
      Arrays.sort(places, (a, b) -> Long.compareUnsigned(starts[a], starts[b]));
      int[] order = new int[count];
      Arrays.setAll(order, i -> places[i]);
      return order;
    }
  }
}
