package io.waggle.formats.btf;

import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Struct;
import java.util.HashMap;
import java.util.Map;

/**
 * How a C compiler lays out structures by itself, and so where it must be told otherwise. The rules
 * are those of the System V ABI, which the BPF target shares: a member lies at a multiple of its
 * alignment, a bit field in one unit of its type.
 */
final class CLayout {
  private final Btf btf;
  private final Map<Integer, Long> alignments = new HashMap<>();

  CLayout(Btf btf) {
    this.btf = btf;
  }

  /** Bytes to whose multiples the compiler aligns a type. */
  long alignment(int type) {
    int stripped = btf.strip(type);
    Long known = alignments.get(stripped);
    if (known == null) {
      // What holds itself is damaged; any answer will do for it.
      alignments.put(stripped, 1L);
      known = compute(stripped);
      alignments.put(stripped, known);
    }
    return known;
  }

  private long compute(int type) {
    return switch (btf.type(type)) {
      case BtfType.Array array -> alignment(array.element());
      case Struct struct -> isPacked(struct) ? 1 : natural(struct);
      default -> Math.max(1, btf.size(type));
    };
  }

  private long natural(Struct struct) {
    long natural = 1;
    for (Member member : struct.members()) {
      natural = Math.max(natural, alignment(member.type()));
    }
    return natural;
  }

  /** True if the compiler must be told to align nothing. */
  boolean isPacked(Struct struct) {
    if (struct.size() % natural(struct) != 0) {
      return true;
    }
    for (Member member : struct.members()) {
      long unit = bitSize(member) > 0 ? btf.size(member.type()) * 8 : 0;
      if (unit > 0
          ? bitOffset(member) % unit + bitSize(member) > unit
          : bitOffset(member) % (alignment(member.type()) * 8) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Bits of a bit field, in the encoding of today or the one before; 0 for other members. */
  int bitSize(Member member) {
    return member.bitSize() == 0
            && btf.type(btf.strip(member.type())) instanceof BtfType.Int number
            && number.bits() != number.size() * 8
            && !number.isBool()
        ? number.bits()
        : member.bitSize();
  }

  /** Where the member's first bit lies. */
  long bitOffset(Member member) {
    return member.bitSize() == 0 && btf.type(btf.strip(member.type())) instanceof BtfType.Int number
        ? member.bitOffset() + number.bitOffset()
        : member.bitOffset();
  }

  /** Bits of a member of any type. */
  long bits(Member member) {
    int bits = bitSize(member);
    return bits > 0 ? bits : btf.size(member.type()) * 8;
  }

  /** Where a member would lie after one that ends at bit {@code end}. */
  long next(Member member, long end, boolean packed) {
    if (bitSize(member) > 0) {
      long unit = btf.size(member.type()) * 8;
      boolean fits = packed || unit == 0 || end % unit + bitSize(member) <= unit;
      return fits ? end : up(end, unit);
    }
    return up(end, packed ? 8 : alignment(member.type()) * 8);
  }

  /** The size in bits the compiler would choose for what ends at bit {@code end}. */
  long natural(Struct struct, long end, boolean packed) {
    return up(end, packed ? 8 : natural(struct) * 8);
  }

  private static long up(long bits, long multiple) {
    return (bits + multiple - 1) / multiple * multiple;
  }
}
