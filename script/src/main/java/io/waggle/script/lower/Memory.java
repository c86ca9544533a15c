package io.waggle.script.lower;

import io.waggle.compiler.HelperSignature;
import io.waggle.compiler.Value;
import io.waggle.script.types.Type.AddressSpace;

/**
 * Filling and copying memory. Small pieces go word by word; larger ones through probe_read_kernel,
 * which costs one call however large they are.
 *
 * <p>The verifier wants accesses of the stack aligned (kernel/bpf/verifier.c, check_ptr_alignment),
 * so words are as wide as the place's alignment permits.
 */
final class Memory {

  /** From this many words on a call is shorter than the words. */
  private static final int MANY_WORDS = 16;

  private Memory() {}

  /** Sets {@code size} bytes to zero. */
  static void zero(Code code, Place to, int size) {
    if (words(to, to, size) > MANY_WORDS) {
      // A read that fails, as one of address 0 does, zeroes its destination (bpf_trace.c).
      code.call(HelperTable.READ_KERNEL, code.address(to), code.number(size), code.number(0));
      return;
    }
    int done = 0;
    while (done < size) {
      Place at = to.plus(done);
      int width = width(at.alignment(), size - done);
      code.store(at, width, code.number(0));
      done += width;
    }
  }

  /** Copies {@code size} bytes between places that do not overlap. */
  static void copy(Code code, Place to, Place from, int size) {
    if (words(to, from, size) > MANY_WORDS) {
      code.call(HelperTable.READ_KERNEL, code.address(to), code.number(size), code.address(from));
      return;
    }
    int done = 0;
    while (done < size) {
      Place at = to.plus(done);
      int width = width(at.alignment(from.plus(done)), size - done);
      code.store(at, width, code.load(from.plus(done), width, false));
      done += width;
    }
  }

  /** Reads {@code size} bytes of foreign memory; zeros where it cannot be read. */
  static void read(Code code, Place to, int size, Value address, AddressSpace space) {
    HelperSignature helper =
        switch (space) {
          case KERNEL -> HelperTable.READ_KERNEL;
          case USER -> HelperTable.READ_USER;
          case UNKNOWN -> HelperTable.READ_EITHER;
        };
    code.watched(helper, code.call(helper, code.address(to), code.number(size), address));
  }

  /** Stores {@code bytes} and then zeros up to {@code size}. */
  static void literal(Code code, Place to, byte[] bytes, int size) {
    int length = Math.min(bytes.length, size);
    int done = 0;
    while (done < length) {
      Place at = to.plus(done);
      int width = width(at.alignment(), size - done);
      code.store(at, width, code.number(word(bytes, done, width)));
      done += width;
    }
    if (done < size) {
      zero(code, to.plus(done), size - done);
    }
  }

  /** {@code width} bytes from {@code start} as a little-endian number; zero beyond the end. */
  static long word(byte[] bytes, int start, int width) {
    long word = 0;
    for (int i = Math.min(start + width, bytes.length) - 1; i >= start; i--) {
      word = word << 8 | bytes[i] & 0xff;
    }
    return word;
  }

  /** The widest of 8, 4, 2, 1 that is at most {@code alignment} and {@code left}. */
  static int width(int alignment, int left) {
    return Math.min(alignment, Integer.highestOneBit(Math.min(left, 8)));
  }

  private static int words(Place to, Place from, int size) {
    int alignment = to.alignment(from);
    return (size + alignment - 1) / alignment;
  }

  /** Adds {@code amount} to the 8 bytes at {@code at}. */
  static void add(Code code, Place at, Value amount) {
    code.store(at, 8, code.add(code.load(at, 8, true), amount));
  }
}
