package io.waggle.formats.btf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds types by what is essential of their names: all before a flavour, the last {@code ___} with
 * letters on both sides and what follows it. A hash table of three int arrays, so that the kernel's
 * some 100 000 types take about 2 MB and no object each.
 */
final class NameIndex {
  private final Btf btf;

  /** The last type of each bucket, less {@link Btf#firstOwn} and plus 1. */
  private final int[] buckets;

  /** The type before each in its bucket, likewise. */
  private final int[] before;

  private final int[] hashes;

  NameIndex(Btf btf) {
    this.btf = btf;
    int own = btf.count() - btf.firstOwn();
    buckets = new int[Integer.highestOneBit(Math.max(own, 8)) * 2];
    before = new int[own];
    hashes = new int[own];
    for (int i = 0; i < own; i++) {
      int type = btf.firstOwn() + i;
      if (btf.isNameless(type)) {
        continue;
      }
      hashes[i] = btf.nameHash(type);
      int bucket = hashes[i] & buckets.length - 1;
      before[i] = buckets[bucket];
      buckets[bucket] = i + 1;
    }
  }

  /** The types of that essential name, of all kinds, in order. */
  int[] types(String essential) {
    int hash = Flavour.hashOf(essential.getBytes(StandardCharsets.UTF_8));
    int[] found = new int[4];
    int count = 0;
    for (int i = buckets[hash & buckets.length - 1]; i > 0; i = before[i - 1]) {
      int type = btf.firstOwn() + i - 1;
      if (hashes[i - 1] == hash && essential.equals(Flavour.strip(btf.name(type)))) {
        if (count == found.length) {
          found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = type;
      }
    }
    int[] types = Arrays.copyOf(found, count);
    Arrays.sort(types);
    return types;
  }
}
