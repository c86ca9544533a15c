package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.Flavour;
import java.util.List;

/** Whether a type of the kernel can take the place of one that the program was compiled with. */
final class Compatibility {
  private static final int DEEPEST = 32;

  private Compatibility() {}

  /**
   * For fields: structures and unions may be mixed, numbers may be of any size and sign,
   * enumerations and forward declarations need the same name if both have one, arrays compatible
   * elements.
   */
  static boolean ofFields(Btf local, int localType, Btf target, int targetType) {
    int from = local.strip(localType);
    int to = target.strip(targetType);
    for (int depth = 0; depth < DEEPEST; depth++) {
      if (isStructure(local, from) && isStructure(target, to)) {
        return true;
      }
      if (!CoreTargets.isAlike(local.kind(from), target.kind(to))) {
        return false;
      }
      switch (local.type(from)) {
        case BtfType.Pointer _, BtfType.Floating _ -> {
          return true;
        }
        case BtfType.Forward _, BtfType.Enumeration _ -> {
          String name = Flavour.strip(local.name(from));
          String other = Flavour.strip(target.name(to));
          return name.isEmpty() || other.isEmpty() || name.equals(other);
        }
        case BtfType.Int _ -> {
          return isPlain(local, from) && isPlain(target, to);
        }
        case BtfType.Array _ -> {
          from = local.strip(element(local, from));
          to = target.strip(element(target, to));
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  /** For whole types of the same name: of the same kind, behind pointers and in arrays too. */
  static boolean ofTypes(Btf local, int localType, Btf target, int targetType) {
    return CoreTargets.isAlike(local.kind(localType), target.kind(targetType))
        && ofTypes(local, localType, target, targetType, DEEPEST);
  }

  private static boolean ofTypes(Btf local, int localType, Btf target, int targetType, int level) {
    int from = local.strip(localType);
    int to = target.strip(targetType);
    for (int depth = 0; depth < DEEPEST; depth++) {
      if (!CoreTargets.isAlike(local.kind(from), target.kind(to))) {
        return false;
      }
      switch (local.type(from)) {
        case BtfType.Void _, BtfType.Struct _, BtfType.Enumeration _, BtfType.Forward _ -> {
          return true;
        }
        case BtfType.Int _ -> {
          return isPlain(local, from) && isPlain(target, to);
        }
        case BtfType.Pointer pointer -> {
          from = local.strip(pointer.target());
          to = target.strip(((BtfType.Pointer) target.type(to)).target());
        }
        case BtfType.Array _ -> {
          from = local.strip(element(local, from));
          to = target.strip(element(target, to));
        }
        case BtfType.Prototype prototype -> {
          BtfType.Prototype other = (BtfType.Prototype) target.type(to);
          if (level <= 0 || !parameters(local, prototype, target, other, level)) {
            return false;
          }
          from = local.strip(prototype.result());
          to = target.strip(other.result());
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private static boolean parameters(
      Btf local, BtfType.Prototype prototype, Btf target, BtfType.Prototype other, int level) {
    List<BtfType.Parameter> ours = prototype.parameters();
    List<BtfType.Parameter> theirs = other.parameters();
    if (ours.size() != theirs.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!ofTypes(local, ours.get(i).type(), target, theirs.get(i).type(), level - 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStructure(Btf btf, int type) {
    int kind = btf.kind(type);
    return kind == BtfKind.STRUCT || kind == BtfKind.UNION;
  }

  /** Not one of the numbers by which BTF described bit fields at first. */
  private static boolean isPlain(Btf btf, int type) {
    return btf.type(type) instanceof BtfType.Int number && number.bitOffset() == 0;
  }

  private static int element(Btf btf, int type) {
    return ((BtfType.Array) btf.type(type)).element();
  }
}
