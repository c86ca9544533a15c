package io.waggle.formats.elf;

import io.waggle.formats.Bytes;

/**
 * The hash table by which the dynamic linker finds names, {@code .gnu.hash}: four numbers, a Bloom
 * filter, buckets, and for each symbol its hash with the lowest bit set on the last of a bucket.
 */
final class GnuHash {
  private static final int HEADER = 16;

  private final Bytes table;
  private final long buckets;
  private final long firstSymbol;
  private final long bucketsAt;
  private final long chainsAt;

  GnuHash(Bytes table, boolean wide) {
    this.table = table;
    this.buckets = table.u32(0);
    this.firstSymbol = table.u32(4);
    this.bucketsAt = HEADER + table.u32(8) * (wide ? 8 : 4);
    this.chainsAt = bucketsAt + buckets * 4;
  }

  /** The first symbol at or after {@code from} that is defined and has the name, or -1. */
  int find(SymbolTable symbols, byte[] name, int from) {
    if (buckets == 0) {
      return -1;
    }
    int hash = hash(name);
    long symbol = table.u32(bucketsAt + Integer.remainderUnsigned(hash, (int) buckets) * 4L);
    if (symbol < firstSymbol) {
      return -1;
    }
    for (; symbol < symbols.count(); symbol++) {
      int found = table.i32(chainsAt + (symbol - firstSymbol) * 4);
      int index = (int) symbol;
      if ((found | 1) == (hash | 1)
          && index >= from
          && symbols.section(index) != Symbol.UNDEFINED
          && symbols.isNamed(index, name)) {
        return index;
      }
      if ((found & 1) != 0) {
        return -1;
      }
    }
    return -1;
  }

  private static int hash(byte[] name) {
    int hash = 5381;
    for (byte b : name) {
      hash = hash * 33 + (b & 0xff);
    }
    return hash;
  }
}
