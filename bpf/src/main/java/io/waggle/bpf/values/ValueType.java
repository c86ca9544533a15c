package io.waggle.bpf.values;

import io.waggle.formats.btf.Btf;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a value in memory is, as far as reading and printing it goes. Names, qualifiers and tags of
 * C are left out, nameless members count as their structure's own. A plain value: it refers to no
 * BTF. Numbers are little-endian, as on all machines that Waggle runs on.
 */
public sealed interface ValueType {

  /** Bytes of a value. */
  long size();

  /**
   * The values of a type, of a variable, or of a whole section of variables.
   *
   * @throws ValueException if it has no values (void, functions, what is only declared), holds
   *     itself, has a member outside of itself or more parts than can be printed
   * @throws io.waggle.formats.FormatException if the BTF is damaged
   */
  static ValueType of(Btf btf, int type) {
    return new ValueTypes(btf).of(type);
  }

  /**
   * The number at {@code offset} of {@code memory}, extended to 64 bits.
   *
   * @throws ValueException if it does not lie inside the memory
   */
  static long number(Scalar type, MemorySegment memory, long offset) {
    Reads.requireRoom(type, memory, offset);
    return Reads.scalar(type, memory, offset);
  }

  /** What is read as one number of at most 64 bits. */
  sealed interface Scalar extends ValueType {
    /** Whether its upper bit counts as a sign. */
    default boolean isSigned() {
      return false;
    }
  }

  /** A number of 1, 2, 4 or 8 bytes. */
  record Number(long size, boolean isSigned) implements Scalar {}

  /** True unless all bytes are zero. */
  record Bool(long size) implements Scalar {}

  /** One character. */
  record Char(boolean isSigned) implements Scalar {
    @Override
    public long size() {
      return 1;
    }
  }

  /** An address. */
  record Pointer() implements Scalar {
    @Override
    public long size() {
      return Long.BYTES;
    }
  }

  /**
   * A number that has names.
   *
   * @param names ordered by number, each number once
   */
  record Enumeration(String name, long size, boolean isSigned, List<Name> names) implements Scalar {
    public Enumeration {
      names = List.copyOf(names);
    }

    /** One of the names. */
    public record Name(String name, long number) {}

    /** The place of a number among the names, negative if it has none. */
    int find(long number) {
      int low = 0;
      int high = names.size() - 1;
      while (low <= high) {
        int middle = low + high >>> 1;
        int order = Long.compare(names.get(middle).number(), number);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1;
    }
  }

  /**
   * Some bits.
   *
   * @param shift bits of the first byte, from its lowest, that belong to others
   * @param bits at most 64
   * @param unit how the number reads
   */
  record Bits(int shift, int bits, Scalar unit) implements ValueType {
    @Override
    public long size() {
      return (shift + bits + 7) / 8;
    }
  }

  /** A number of 16 bytes. */
  record Wide(boolean isSigned) implements ValueType {
    @Override
    public long size() {
      return 2 * Long.BYTES;
    }
  }

  /** A floating-point number of 2, 4 or 8 bytes. */
  record Floating(long size) implements ValueType {}

  /** An array of characters: text up to its first zero byte or its end. */
  record Text(long size) implements ValueType {}

  /** An array of anything else; {@code count} is 0 if it is open at the end. */
  record Array(ValueType element, long count) implements ValueType {
    @Override
    public long size() {
      return count * element.size();
    }
  }

  /** A structure, a union, or a section of variables; {@code name} is empty if it has none. */
  record Structure(String name, boolean isUnion, long size, List<Field> fields)
      implements ValueType {
    public Structure {
      fields = List.copyOf(fields);
    }
  }

  /** A member, {@code offset} bytes from its structure's start. */
  record Field(String name, ValueType type, long offset) {}
}
