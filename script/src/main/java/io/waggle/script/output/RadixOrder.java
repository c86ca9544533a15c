package io.waggle.script.output;

/**
 * Sorts entries by their bytes, least significant first, without moving them: the result is the
 * order of their indexes. Stable; no object per entry.
 */
final class RadixOrder {
  private final int[] counts = new int[256];
  private int[] order;
  private int[] scratch;

  RadixOrder(int entries) {
    order = new int[entries];
    scratch = new int[entries];
    for (int i = 0; i < entries; i++) {
      order[i] = i;
    }
  }

  int[] order() {
    return order;
  }

  /**
   * Sorts by one byte of each entry.
   *
   * @param stride bytes from one entry to the next
   * @param column which byte
   * @param flip xor-ed first: 0x80 for the top byte of a signed number
   */
  void byByte(byte[] entries, int stride, int column, int flip) {
    int count = order.length;
    clear();
    for (int i = 0, at = column; i < count; i++, at += stride) {
      counts[(entries[at] ^ flip) & 255]++;
    }
    if (count == 0 || counts[(entries[column] ^ flip) & 255] == count) {
      return;
    }
    sum();
    for (int i = 0; i < count; i++) {
      int entry = order[i];
      scratch[counts[(entries[entry * stride + column] ^ flip) & 255]++] = entry;
    }
    swap();
  }

  /** Sorts by numbers, as signed or as unsigned. */
  void byNumber(long[] numbers, boolean signed) {
    int count = order.length;
    for (int shift = 0; shift < 64; shift += 8) {
      int flip = signed && shift == 56 ? 0x80 : 0;
      clear();
      for (int i = 0; i < count; i++) {
        counts[(int) (numbers[i] >>> shift) & 255 ^ flip]++;
      }
      if (count == 0 || counts[(int) (numbers[0] >>> shift) & 255 ^ flip] == count) {
        continue;
      }
      sum();
      for (int i = 0; i < count; i++) {
        int entry = order[i];
        scratch[counts[(int) (numbers[entry] >>> shift) & 255 ^ flip]++] = entry;
      }
      swap();
    }
  }

  private void clear() {
    for (int i = 0; i < 256; i++) {
      counts[i] = 0;
    }
  }

  private void sum() {
    int before = 0;
    for (int i = 0; i < 256; i++) {
      int here = counts[i];
      counts[i] = before;
      before += here;
    }
  }

  private void swap() {
    int[] sorted = scratch;
    scratch = order;
    order = sorted;
  }
}
