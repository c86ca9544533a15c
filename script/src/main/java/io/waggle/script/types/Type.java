package io.waggle.script.types;

import java.util.List;
import java.util.Map;

/**
 * The types of the tracing language, with their layout in maps and events.
 *
 * <p>Everything is laid out as C would: natural alignment, a tuple is a struct, padding is zero so
 * that keys compare bytewise. A type is a value and knows nothing of the kernel.
 */
public sealed interface Type permits Type.Plain, Type.Aggregation {

  /** Bytes in memory; of one CPU's value for aggregations. */
  int size();

  /** 1, 2, 4 or 8. */
  int alignment();

  /** Types of expressions, variables, keys and ordinary map values. */
  sealed interface Plain extends Type {}

  /** The type of calls that give nothing. */
  record None() implements Plain {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public int alignment() {
      return 1;
    }
  }

  /** One byte, 0 or 1; prints as {@code true} or {@code false}. */
  record Bool() implements Plain {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public int alignment() {
      return 1;
    }
  }

  /** An integer of 1, 2, 4 or 8 bytes. */
  record Int(int size, boolean signed) implements Plain {
    public static final Int INT64 = new Int(8, true);
    public static final Int UINT64 = new Int(8, false);
    public static final Int INT32 = new Int(4, true);
    public static final Int UINT32 = new Int(4, false);

    @Override
    public int alignment() {
      return size;
    }
  }

  /**
   * Text of at most {@code size - 1} bytes and a NUL; what follows the NUL is zero in keys and map
   * values and undefined in events.
   */
  record Text(int size) implements Plain {
    @Override
    public int alignment() {
      return 1;
    }
  }

  /** Raw bytes: a 32-bit length, then room for {@code capacity} bytes. */
  record Buffer(int capacity) implements Plain {
    @Override
    public int size() {
      return (4 + capacity + 3) & ~3;
    }

    @Override
    public int alignment() {
      return 4;
    }
  }

  /** An address: 8 bytes. {@code target} is {@link None} for {@code void *}. */
  record Pointer(Plain target, AddressSpace space) implements Plain {
    @Override
    public int size() {
      return 8;
    }

    @Override
    public int alignment() {
      return 8;
    }
  }

  /**
   * A struct or union of C. Within a script a name has one meaning, so that two of one name are
   * equal.
   *
   * @param name with its word: {@code struct task_struct}; made up for one without
   * @param layout its size and members, which may have to be looked up when asked
   */
  record Structure(String name, Layout layout) implements Plain {
    @Override
    public int size() {
      return layout.size();
    }

    @Override
    public int alignment() {
      return layout.alignment();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Structure(String named, Layout _) && named.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** An array of C; of 0 elements where its length is open. */
  record Array(Plain element, int count) implements Plain {
    @Override
    public int size() {
      return element.size() * count;
    }

    @Override
    public int alignment() {
      return element.alignment();
    }
  }

  /**
   * An enumeration of C: an integer that prints as the name of its value, if it has one.
   *
   * @param name with its word: {@code enum pid_type}; made up for one without
   * @param names by value, sign- or zero-extended to 64 bits
   */
  record Enumeration(String name, Int base, Map<Long, String> names) implements Plain {
    public Enumeration {
      names = Map.copyOf(names);
    }

    /** The same with 8 bytes, which its constants have. */
    public Enumeration wide() {
      return new Enumeration(name, new Int(8, base.signed()), names);
    }

    @Override
    public int size() {
      return base.size();
    }

    @Override
    public int alignment() {
      return base.alignment();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Enumeration(String named, Int integer, Map<Long, String> _)
          && named.equals(name)
          && integer.equals(base);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /**
   * Which bits of an integer in memory are meant.
   *
   * @param shift below the lowest one
   * @param count how many; 0 for all of the integer
   */
  record Bits(int shift, int count) {
    public static final Bits ALL = new Bits(0, 0);
  }

  /** Which memory an address means; decides the helper that reads it. */
  enum AddressSpace {
    KERNEL,
    USER,
    /** Not known: user is tried first, then kernel, as bpftrace does for {@code str()}. */
    UNKNOWN
  }

  /** Values that the kernel sends as numbers and user space shows by their names. */
  sealed interface Named extends Plain {}

  /**
   * A moment for {@code strftime}: 8 bytes of nanoseconds, 4 bytes of index into {@link
   * io.waggle.script.plan.Plan#timeFormats()}, 4 bytes of clock (0 boot time, 1 wall time).
   */
  record Timestamp() implements Named {
    @Override
    public int size() {
      return 16;
    }

    @Override
    public int alignment() {
      return 8;
    }
  }

  /**
   * An address to be shown as the function that it lies in: 8 bytes; of user code followed by 4
   * bytes of process id and 4 of zero.
   */
  record Symbol(boolean user) implements Named {
    @Override
    public int size() {
      return user ? 16 : 8;
    }

    @Override
    public int alignment() {
      return 8;
    }
  }

  /**
   * A call stack: 4 bytes with the number of frames, 4 bytes with the process id (0 for the
   * kernel's stack), then {@code limit} frames, unused ones zero. A frame is an address or, in
   * {@link StackMode#BUILD_ID}, a {@code struct bpf_stack_build_id}.
   */
  record Stack(boolean user, StackMode mode, int limit) implements Named {
    /** Bytes before the frames. */
    public static final int HEADER = 8;

    /** Bytes of one frame. */
    public int frame() {
      return mode == StackMode.BUILD_ID ? 32 : 8;
    }

    @Override
    public int size() {
      return HEADER + limit * frame();
    }

    @Override
    public int alignment() {
      return 8;
    }
  }

  /** How a stack is shown. */
  enum StackMode {
    /** {@code symbol+offset}. */
    BPFTRACE,
    /** {@code address symbol+offset (file)}. */
    PERF,
    /** Addresses alone. */
    RAW,
    /** Build ids and offsets into files; of user stacks only. */
    BUILD_ID
  }

  /** An IP address: 4 bytes of address family, then 16 bytes of which IPv4 uses the first 4. */
  record Inet() implements Named {
    @Override
    public int size() {
      return 20;
    }

    @Override
    public int alignment() {
      return 4;
    }
  }

  /** A hardware address: 6 bytes. */
  record Mac() implements Named {
    @Override
    public int size() {
      return 6;
    }

    @Override
    public int alignment() {
      return 1;
    }
  }

  /** A cgroup's number, 8 bytes; {@code filter} says in which hierarchies its paths are wanted. */
  record CgroupPath(String filter) implements Named {
    @Override
    public int size() {
      return 8;
    }

    @Override
    public int alignment() {
      return 8;
    }
  }

  /** A user's number, 8 bytes. */
  record UserName() implements Named {
    @Override
    public int size() {
      return 8;
    }

    @Override
    public int alignment() {
      return 8;
    }
  }

  /**
   * A struct that a script makes up.
   *
   * @param names of the elements in a record; empty for a tuple, whose elements are numbered
   */
  record Tuple(List<Plain> elements, List<String> names) implements Plain {
    public Tuple {
      elements = List.copyOf(elements);
      names = List.copyOf(names);
    }

    /** A tuple. */
    public Tuple(List<Plain> elements) {
      this(elements, List.of());
    }

    /** The same, elements of other types. */
    public Tuple with(List<Plain> types) {
      return new Tuple(types, names);
    }

    /** True if the elements have names. */
    public boolean isRecord() {
      return !names.isEmpty();
    }

    @Override
    public int size() {
      int end = 0;
      for (Plain element : elements) {
        end = align(end, element.alignment()) + element.size();
      }
      return align(end, alignment());
    }

    @Override
    public int alignment() {
      int widest = 1;
      for (Plain element : elements) {
        widest = Math.max(widest, element.alignment());
      }
      return widest;
    }

    /** Where element {@code index} starts, in bytes. */
    public int offset(int index) {
      int end = 0;
      for (int i = 0; i < index; i++) {
        end = align(end, elements.get(i).alignment()) + elements.get(i).size();
      }
      return align(end, elements.get(index).alignment());
    }
  }

  /**
   * Values that every CPU keeps for itself and that are put together when read. All fields are 8
   * bytes.
   */
  sealed interface Aggregation extends Type {
    @Override
    default int alignment() {
      return 8;
    }
  }

  /** {@code count()}: one counter. */
  record Count() implements Aggregation {
    @Override
    public int size() {
      return 8;
    }
  }

  /** {@code sum(x)}: one total. */
  record Sum(boolean signed) implements Aggregation {
    @Override
    public int size() {
      return 8;
    }
  }

  /** {@code min(x)}: the value, then 1 once a value was seen. */
  record Min(boolean signed) implements Aggregation {
    @Override
    public int size() {
      return 16;
    }
  }

  /** {@code max(x)}: the value, then 1 once a value was seen. */
  record Max(boolean signed) implements Aggregation {
    @Override
    public int size() {
      return 16;
    }
  }

  /** {@code avg(x)}: total, then count. */
  record Avg(boolean signed) implements Aggregation {
    @Override
    public int size() {
      return 16;
    }
  }

  /** {@code stats(x)}: total, then count. */
  record Stats(boolean signed) implements Aggregation {
    @Override
    public int size() {
      return 16;
    }
  }

  /**
   * {@code hist(x, bits)}: one counter a bucket. Bucket 0 counts negative values, bucket 1 zero;
   * then every power of two is split into {@code 2^bits} equal parts, values below {@code 2^bits}
   * having one bucket each.
   */
  record Hist(int bits) implements Aggregation {
    @Override
    public int size() {
      return 8 * buckets();
    }

    /** How many counters there are. */
    public int buckets() {
      // Negative; values 0 .. 2^bits-1 one each; 2^bits parts for each power from 2^bits to 2^63.
      return 1 + (1 << bits) + (64 - bits) * (1 << bits);
    }
  }

  /**
   * {@code lhist(x, min, max, step)}: bucket 0 counts values below {@code min}, the last those from
   * {@code max} on.
   */
  record Lhist(long min, long max, long step) implements Aggregation {
    @Override
    public int size() {
      return 8 * buckets();
    }

    /** How many counters there are, both outer ones included. */
    public int buckets() {
      return Math.toIntExact((max - min + step - 1) / step + 2);
    }
  }

  /**
   * {@code tseries(x, interval, intervals, how)}: for each interval its number since the machine's
   * start, then the value, then what {@code how} needs beside it: the time of the last value, or
   * how many there were. An interval lies in the slot that its number names modulo {@code
   * intervals}.
   *
   * @param interval nanoseconds
   */
  record Tseries(long interval, int intervals, Summary how, boolean signed) implements Aggregation {
    /** 8-byte numbers of one interval. */
    public static final int WORDS = 3;

    @Override
    public int size() {
      return 8 * WORDS * intervals;
    }
  }

  /** What becomes of the values of one interval. */
  enum Summary {
    LAST,
    AVG,
    MAX,
    MIN,
    SUM
  }

  /** {@code offset} rounded up to a multiple of {@code alignment}, a power of two. */
  static int align(int offset, int alignment) {
    return (offset + alignment - 1) & -alignment;
  }
}
