package io.waggle.script.header;

import io.waggle.script.types.Layout;
import io.waggle.script.types.Members;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.List;

/** Lays out a struct or union member by member, as C compilers do on x86-64 and arm64. */
final class StructureBuilder {
  private final boolean union;
  private final List<Pending> pending = new ArrayList<>();

  /** A member whose place follows once it is known whether the structure is packed. */
  private record Pending(String name, Type.Plain type, int bits, int alignment) {}

  StructureBuilder(boolean union) {
    this.union = union;
  }

  /**
   * Adds a member.
   *
   * @param name empty for a nameless struct, whose members become this one's
   * @param bits of a bit field, -1 for others
   * @param alignment what an attribute demands at least, 0 for nothing
   */
  void add(String name, Type.Plain type, int bits, int alignment) {
    pending.add(new Pending(name, type, bits, alignment));
  }

  /** The layout; {@code alignment} is what an attribute demands at least, 0 for nothing. */
  Layout build(boolean packed, int alignment) {
    List<Layout.Member> members = new ArrayList<>();
    long end = 0;
    long size = 0;
    int widest = Math.max(1, alignment);
    for (Pending member : pending) {
      int natural = packed ? 1 : member.type().alignment();
      int wanted = Math.max(natural, member.alignment());
      long at = union ? 0 : end;
      at = member.bits() >= 0 ? field(at, member, packed) : align(at, wanted * 8L);
      if (!member.name().isEmpty() || member.bits() < 0) {
        widest = Math.max(widest, wanted);
      }
      place(member, at, members);
      long bits = member.bits() >= 0 ? member.bits() : member.type().size() * 8L;
      end = at + bits;
      size = Math.max(size, end);
    }
    int bytes = Math.toIntExact(align(size, widest * 8L) / 8);
    return new Known(bytes, widest, members);
  }

  /** Where a bit field starts: it never reaches over the end of an integer of its type. */
  private static long field(long at, Pending member, boolean packed) {
    long unit = member.type().size() * 8L;
    if (member.bits() == 0) {
      return align(at, unit);
    }
    boolean crosses = at / unit != (at + member.bits() - 1) / unit;
    return crosses && !packed ? align(at, unit) : at;
  }

  private static void place(Pending member, long at, List<Layout.Member> to) {
    if (!member.name().isEmpty()) {
      to.add(Members.at(member.name(), member.type(), at, Math.max(0, member.bits())));
    } else if (member.type() instanceof Type.Structure inner) {
      int offset = Math.toIntExact(at / 8);
      for (Layout.Member each : inner.layout().members()) {
        to.add(new Layout.Member(each.name(), each.type(), offset + each.offset(), each.bits()));
      }
    }
  }

  private static long align(long at, long to) {
    return (at + to - 1) / to * to;
  }

  /** A layout that has been worked out. */
  record Known(int size, int alignment, List<Layout.Member> members) implements Layout {
    Known {
      members = List.copyOf(members);
    }
  }
}
