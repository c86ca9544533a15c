package io.waggle.script.types;

import io.waggle.script.types.Layout.Member;
import io.waggle.script.types.Type.Bits;
import io.waggle.script.types.Type.Int;

/** Places members of C structures. */
public final class Members {
  private Members() {}

  /**
   * A member that starts {@code bit} bits from the start.
   *
   * @param bitSize of a bit field, else 0
   */
  public static Member at(String name, Type.Plain type, long bit, int bitSize) {
    if (bitSize == 0 || type.size() == 0 || type.size() > 8) {
      return new Member(name, type, Math.toIntExact(bit / 8), Bits.ALL);
    }
    // A compiler reads the integer of the declared type that holds the field; only a packed field
    // may lie across two, and is then read from its first byte on by as wide an integer as it
    // needs.
    int unit = type.size() * 8;
    long start = bit / unit * unit;
    Type.Plain read = type;
    if (bit - start + bitSize > unit) {
      start = bit / 8 * 8;
      while (bit - start + bitSize > read.size() * 8L && read.size() < 8) {
        read = new Int(read.size() * 2, read instanceof Int(int _, boolean signed) && signed);
      }
    }
    return new Member(
        name, read, Math.toIntExact(start / 8), new Bits((int) (bit - start), bitSize));
  }
}
