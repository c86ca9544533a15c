package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.script.types.Type;

/**
 * The bounds of a histogram's buckets. Bucket {@code i} ends before {@code bound(i)}, where bucket
 * {@code i + 1} starts; the first has no lower and the last of a linear histogram no upper bound.
 */
sealed interface Buckets {

  /** Where bucket {@code index} ends; 0 stands for 2^64 where bounds are unsigned. */
  long bound(int index);

  /** Appends number {@code value}, a bound or one less, as JSON. */
  void json(ByteText out, int index, long value);

  /** Appends {@link #bound} the way people read it: 4, 16, 1K, 64M. */
  void label(ByteText out, int index);

  /** True if bucket {@code index} holds one number and shows as that. */
  boolean isSingle(int index);

  /** True if bucket {@code index} has an upper bound. */
  boolean isBounded(int index);

  /** What counts are divided by, given the divisor asked for. */
  long divisor(long asked);

  static Buckets of(Type.Aggregation type) {
    return switch (type) {
      case Type.Hist hist -> new Powers(hist.bits());
      case Type.Lhist lhist -> new Steps(lhist);
      default -> throw new IllegalArgumentException("no histogram: " + type);
    };
  }

  /** {@code hist()}: powers of two, each in {@code 2^bits} parts. */
  record Powers(int bits) implements Buckets {
    private static final String UNITS = "KMGTPE";

    private boolean isExact(int index) {
      return index <= 2 << bits;
    }

    @Override
    public long bound(int index) {
      return isExact(index) ? index : power(index) == 64 ? 0 : part(index) << power(index);
    }

    @Override
    public void json(ByteText out, int index, long value) {
      if (index == 0) {
        Json.signed(out, value);
      } else {
        Json.unsigned(out, value);
      }
    }

    private long part(int index) {
      return (1L << bits) + (index & ((1 << bits) - 1));
    }

    private int power(int index) {
      return (index >> bits) - 1;
    }

    @Override
    public void label(ByteText out, int index) {
      if (isExact(index)) {
        out.decimal(index);
        return;
      }
      int thousands = power(index) / 10;
      out.unsigned(part(index) << (power(index) - 10 * thousands));
      if (thousands > 0) {
        out.put(UNITS.charAt(thousands - 1));
      }
    }

    @Override
    public boolean isSingle(int index) {
      return index > 0 && isExact(index);
    }

    @Override
    public boolean isBounded(int index) {
      return true;
    }

    @Override
    public long divisor(long asked) {
      return asked;
    }
  }

  /** {@code lhist()}: equal steps. */
  record Steps(Type.Lhist type) implements Buckets {
    private static final int KILO = 1024;
    private static final int MEGA = 1024 * 1024;

    @Override
    public long bound(int index) {
      return Math.min(type.min() + index * type.step(), type.max());
    }

    @Override
    public void json(ByteText out, int index, long value) {
      Json.signed(out, value);
    }

    @Override
    public void label(ByteText out, int index) {
      long value = bound(index);
      if (type.step() % KILO != 0 || value == 0 || value % KILO != 0) {
        out.decimal(value);
      } else if (value % MEGA == 0) {
        out.decimal(value / MEGA).put('M');
      } else {
        out.decimal(value / KILO).put('K');
      }
    }

    @Override
    public boolean isSingle(int index) {
      return index > 0 && isBounded(index) && type.step() == 1;
    }

    @Override
    public boolean isBounded(int index) {
      return index < type.buckets() - 1;
    }

    @Override
    public long divisor(long asked) {
      return 1;
    }
  }
}
