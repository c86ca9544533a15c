package io.waggle.script.types;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A struct or union of BTF, whose members are read when first asked. */
final class BtfLayout implements Layout {
  /** Deepest nesting of nameless members; what is deeper holds itself. */
  private static final int DEEPEST = 32;

  private final BtfTypes types;
  private final Btf btf;
  private final int number;
  private Optional<List<Member>> members = Optional.empty();
  private int alignment;

  BtfLayout(BtfTypes types, Btf btf, int number) {
    this.types = types;
    this.btf = btf;
    this.number = number;
  }

  @Override
  public int size() {
    return Math.toIntExact(btf.size(number));
  }

  /** BTF does not tell; C gives a struct the alignment of its widest member. */
  @Override
  public int alignment() {
    if (alignment == 0) {
      int widest = 1;
      for (Member member : members()) {
        widest = Math.max(widest, member.type().alignment());
      }
      // A packed struct's size fits no wider alignment, nor do its members' places.
      while (widest > 1 && (size() % widest != 0 || !fits(widest))) {
        widest /= 2;
      }
      alignment = widest;
    }
    return alignment;
  }

  private boolean fits(int alignment) {
    for (Member member : members()) {
      if (member.offset() % Math.min(alignment, member.type().alignment()) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isKernel() {
    return true;
  }

  @Override
  public List<Member> members() {
    if (members.isEmpty()) {
      List<Member> read = new ArrayList<>();
      add(number, 0, 0, read);
      members = Optional.of(List.copyOf(read));
    }
    return members.get();
  }

  private void add(int structure, long start, int depth, List<Member> to) {
    if (depth > DEEPEST || !(btf.type(structure) instanceof BtfType.Struct struct)) {
      return;
    }
    for (BtfType.Member member : struct.members()) {
      long bit = start + member.bitOffset();
      int stripped = btf.strip(member.type());
      if (member.name().isEmpty()) {
        add(stripped, bit, depth + 1, to);
      } else {
        to.add(Members.at(member.name(), types.of(stripped), bit, member.bitSize()));
      }
    }
  }
}
