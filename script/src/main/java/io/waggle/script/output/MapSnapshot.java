package io.waggle.script.output;

import io.waggle.script.plan.MapPlan;
import io.waggle.script.types.Layout;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A map as it was read: keys as they lie in memory, values of all CPUs put together.
 *
 * <p>Entries are numbered in the order they were added; {@link #order} gives the order to show them
 * in. Keys and values are kept in arrays of bytes and numbers, no object per entry.
 */
public final class MapSnapshot {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final MapPlan plan;
  private final int keySize;
  private final int valueSize;
  private final int cpus;
  private final int words;
  private byte[] keys;
  private byte[] plain;
  private long[] numbers;
  private int count;

  /**
   * An empty snapshot.
   *
   * @param keySize bytes from one key to the next in what is added
   * @param cpus values per entry: the kernel's number of possible CPUs for aggregations, else 1
   * @param expected how many entries to make room for at first
   */
  public MapSnapshot(MapPlan plan, int keySize, int cpus, int expected) {
    this.plan = plan;
    this.keySize = keySize;
    this.cpus = cpus;
    this.valueSize = plan.value().size();
    this.words = plan.value() instanceof Type.Aggregation ? valueSize / 8 : 0;
    this.keys = new byte[Math.multiplyExact(expected, keySize)];
    this.plain = new byte[words > 0 ? 0 : Math.multiplyExact(expected, valueSize)];
    this.numbers = new long[Math.multiplyExact(expected, words)];
  }

  /** The map this is of. */
  public MapPlan plan() {
    return plan;
  }

  /** How many entries there are. */
  public int count() {
    return count;
  }

  /**
   * Adds an entry.
   *
   * @param values the value; of aggregations one value per CPU, each padded to 8 bytes, as bpf(2)
   *     gives them
   */
  public void add(MemorySegment key, long keyAt, MemorySegment values, long valuesAt) {
    makeRoom();
    MemorySegment.copy(key, ValueLayout.JAVA_BYTE, keyAt, keys, count * keySize, keySize);
    if (words == 0) {
      MemorySegment.copy(
          values, ValueLayout.JAVA_BYTE, valuesAt, plain, count * valueSize, valueSize);
    } else {
      merge(values, valuesAt);
    }
    count++;
  }

  private void makeRoom() {
    if ((long) (count + 1) * keySize > keys.length) {
      keys = Arrays.copyOf(keys, grown(keySize));
    }
    if (words == 0 && (long) (count + 1) * valueSize > plain.length) {
      plain = Arrays.copyOf(plain, grown(valueSize));
    }
    if ((long) (count + 1) * words > numbers.length) {
      numbers = Arrays.copyOf(numbers, grown(words));
    }
  }

  private int grown(int unit) {
    return Math.multiplyExact(Math.max(16, Math.multiplyExact(count, 2)), unit);
  }

  private void merge(MemorySegment values, long at) {
    int first = count * words;
    switch (plan.value()) {
      case Type.Min min -> extreme(values, at, first, false, min.signed());
      case Type.Max max -> extreme(values, at, first, true, max.signed());
      case Type.Tseries series -> SeriesValues.merge(series, values, at, cpus, numbers, first);
      default -> {
        for (int cpu = 0; cpu < cpus; cpu++) {
          for (int word = 0; word < words; word++, at += 8) {
            numbers[first + word] += values.get(LONG, at);
          }
        }
      }
    }
  }

  private void extreme(MemorySegment values, long at, int first, boolean largest, boolean signed) {
    // Comparing unsigned numbers as signed ones after turning their top bit.
    long flip = signed ? 0 : Long.MIN_VALUE;
    for (int cpu = 0; cpu < cpus; cpu++, at += 16) {
      if (values.get(LONG, at + 8) == 0) {
        continue;
      }
      long value = values.get(LONG, at);
      boolean better =
          largest
              ? (value ^ flip) > (numbers[first] ^ flip)
              : (value ^ flip) < (numbers[first] ^ flip);
      if (numbers[first + 1] == 0 || better) {
        numbers[first] = value;
        numbers[first + 1] = 1;
      }
    }
  }

  /** The keys, one after the other. */
  public MemorySegment keys() {
    return MemorySegment.ofArray(keys);
  }

  /** Where entry {@code index}'s key is in {@link #keys}. */
  public long keyAt(int index) {
    return (long) index * keySize;
  }

  /** The values of a map that is no aggregation, one after the other. */
  public MemorySegment values() {
    return MemorySegment.ofArray(plain);
  }

  /** Where entry {@code index}'s value is in {@link #values}. */
  public long valueAt(int index) {
    return (long) index * valueSize;
  }

  /** Number {@code word} of entry {@code index} of an aggregation, as {@link Type} lays it out. */
  public long number(int index, int word) {
    return numbers[index * words + word];
  }

  /** The last interval that any entry of a series has, by its number; 0 if there is none. */
  long lastInterval() {
    long last = 0;
    for (int i = 0; i < numbers.length && i < count * words; i += Type.Tseries.WORDS) {
      last = Math.max(last, numbers[i]);
    }
    return last;
  }

  /** Total divided by count, in the map's signedness; for {@code avg} and {@code stats}. */
  public long average(int index) {
    long total = number(index, 0);
    long hits = number(index, 1);
    if (hits == 0) {
      return 0;
    }
    return isSigned() ? total / hits : Long.divideUnsigned(total, hits);
  }

  /** True if nothing was counted in entry {@code index} of an aggregation. */
  public boolean isUntouched(int index) {
    for (int word = 0; word < words; word++) {
      if (number(index, word) != 0) {
        return false;
      }
    }
    return true;
  }

  boolean isSigned() {
    return switch (plan.value()) {
      case Type.Int integer -> integer.signed();
      case Type.Sum sum -> sum.signed();
      case Type.Min min -> min.signed();
      case Type.Max max -> max.signed();
      case Type.Avg avg -> avg.signed();
      case Type.Stats stats -> stats.signed();
      case Type.Tseries series -> series.signed();
      default -> false;
    };
  }

  /**
   * Indexes in the order to show entries: by value ascending where values are numbers, by average
   * or by the sum of all buckets; otherwise, and among equals, by key.
   */
  public int[] order() {
    RadixOrder order = new RadixOrder(count);
    plan.key().ifPresent(key -> byKey(order, key, 0));
    long[] ranks = ranks();
    if (ranks.length > 0) {
      order.byNumber(ranks, isSigned());
    }
    return order.order();
  }

  private long[] ranks() {
    long[] ranks = new long[count];
    switch (plan.value()) {
      case Type.Int integer -> {
        ValueFormat format = ValueFormat.of(integer, 0, Names.none());
        MemorySegment memory = values();
        for (int i = 0; i < count; i++) {
          ranks[i] = format.number(memory, valueAt(i));
        }
      }
      case Type.Avg avg -> averages(ranks);
      case Type.Stats stats -> averages(ranks);
      case Type.Hist hist -> sums(ranks);
      case Type.Lhist lhist -> sums(ranks);
      case Type.Tseries series -> {
        return new long[0];
      }
      case Type.Aggregation number -> {
        for (int i = 0; i < count; i++) {
          ranks[i] = number(i, 0);
        }
      }
      case Type.Plain other -> {
        return new long[0];
      }
    }
    return ranks;
  }

  private void averages(long[] ranks) {
    for (int i = 0; i < count; i++) {
      ranks[i] = average(i);
    }
  }

  private void sums(long[] ranks) {
    for (int i = 0; i < count; i++) {
      for (int word = 0; word < words; word++) {
        ranks[i] += number(i, word);
      }
    }
  }

  private void byKey(RadixOrder order, Type.Plain type, int offset) {
    switch (type) {
      case Type.Tuple tuple -> {
        for (int i = tuple.elements().size() - 1; i >= 0; i--) {
          byKey(order, tuple.elements().get(i), offset + tuple.offset(i));
        }
      }
      case Type.Structure structure -> {
        for (Layout.Member member : structure.layout().members().reversed()) {
          byKey(order, member.type(), offset + member.offset());
        }
      }
      case Type.Array array -> {
        for (int i = array.count() - 1; i >= 0; i--) {
          byKey(order, array.element(), offset + i * array.element().size());
        }
      }
      case Type.Enumeration enumeration -> byKey(order, enumeration.base(), offset);
      case Type.Text text -> bytes(order, offset, text.size());
      case Type.Buffer buffer -> bytes(order, offset + 4, buffer.capacity());
      default -> {
        boolean signed = type instanceof Type.Int integer && integer.signed();
        for (int i = 0; i < type.size(); i++) {
          int flip = signed && i == type.size() - 1 ? 0x80 : 0;
          order.byByte(keys, keySize, offset + i, flip);
        }
      }
    }
  }

  private void bytes(RadixOrder order, int offset, int size) {
    for (int i = size - 1; i >= 0; i--) {
      order.byByte(keys, keySize, offset + i, 0);
    }
  }
}
