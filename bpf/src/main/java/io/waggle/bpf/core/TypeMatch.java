package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.BtfType.Enumerator;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.Flavour;
import java.util.List;

/**
 * Whether the kernel's type has all that the program's has: every member by name and with a
 * matching type, every name of an enumeration, numbers of the same size and sign, arrays as long,
 * functions with as many parameters. What is behind a pointer only needs the same name.
 */
final class TypeMatch {
  private static final int DEEPEST = 32;

  private final Btf local;
  private final Btf target;

  private TypeMatch(Btf local, Btf target) {
    this.local = local;
    this.target = target;
  }

  /** Compares types whose names were found equal. */
  static boolean matches(Btf local, int localType, Btf target, int targetType) {
    return new TypeMatch(local, target).matches(localType, targetType, false, DEEPEST);
  }

  private boolean matches(int localType, int targetType, boolean behindPointer, int level) {
    if (level <= 0) {
      return false;
    }
    int from = local.strip(localType);
    int to = target.strip(targetType);
    if (!sameName(local.name(from), target.name(to))) {
      return false;
    }
    return switch (local.type(from)) {
      case BtfType.Void _ -> to == 0;
      case BtfType.Forward forward -> forward(forward, to, behindPointer);
      case BtfType.Enumeration ours ->
          target.type(to) instanceof BtfType.Enumeration theirs && enumerations(ours, theirs);
      case BtfType.Struct ours -> structure(ours, from, to, behindPointer, level);
      case BtfType.Int ours ->
          target.type(to) instanceof BtfType.Int theirs
              && ours.size() == theirs.size()
              && ours.isSigned() == theirs.isSigned();
      case BtfType.Pointer ours ->
          target.type(to) instanceof BtfType.Pointer theirs
              && matches(ours.target(), theirs.target(), true, level - 1);
      case BtfType.Array ours ->
          target.type(to) instanceof BtfType.Array theirs
              && ours.count() == theirs.count()
              && matches(ours.element(), theirs.element(), behindPointer, level - 1);
      case BtfType.Prototype ours ->
          target.type(to) instanceof BtfType.Prototype theirs
              && parameters(ours.parameters(), theirs.parameters(), behindPointer, level)
              && matches(ours.result(), theirs.result(), behindPointer, level - 1);
      default -> false;
    };
  }

  private boolean forward(BtfType.Forward forward, int to, boolean behindPointer) {
    return switch (target.type(to)) {
      case BtfType.Forward other -> other.isUnion() == forward.isUnion();
      case BtfType.Struct struct -> behindPointer && struct.isUnion() == forward.isUnion();
      default -> false;
    };
  }

  private boolean structure(
      BtfType.Struct ours, int from, int to, boolean behindPointer, int level) {
    if (behindPointer) {
      return local.kind(from) == target.kind(to)
          || target.type(to) instanceof BtfType.Forward forward
              && forward.isUnion() == ours.isUnion();
    }
    return local.kind(from) == target.kind(to)
        && target.type(to) instanceof BtfType.Struct theirs
        && members(ours.members(), theirs.members(), level);
  }

  private boolean members(List<Member> ours, List<Member> theirs, int level) {
    if (ours.size() > theirs.size()) {
      return false;
    }
    for (Member member : ours) {
      boolean matched = false;
      for (Member other : theirs) {
        if (sameName(member.name(), other.name())
            && matches(member.type(), other.type(), false, level - 1)) {
          matched = true;
          break;
        }
      }
      if (!matched) {
        return false;
      }
    }
    return true;
  }

  private boolean parameters(
      List<Parameter> ours, List<Parameter> theirs, boolean behindPointer, int level) {
    if (ours.size() != theirs.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!matches(ours.get(i).type(), theirs.get(i).type(), behindPointer, level - 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean enumerations(BtfType.Enumeration ours, BtfType.Enumeration theirs) {
    if (ours.size() != theirs.size() || ours.values().size() > theirs.values().size()) {
      return false;
    }
    for (Enumerator value : ours.values()) {
      boolean matched = false;
      for (Enumerator other : theirs.values()) {
        if (sameName(value.name(), other.name())) {
          matched = true;
          break;
        }
      }
      if (!matched) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameName(String ours, String theirs) {
    return Flavour.strip(ours).equals(Flavour.strip(theirs));
  }
}
