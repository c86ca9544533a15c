package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.util.List;

/**
 * Whether a type of an object and a type of a kernel can stand for each other, by libbpf's rules:
 * loosely, for a field's type and a type's existence, or closely, for {@code
 * bpf_core_type_matches}.
 */
final class Types {
  private static final int DEEPEST = 32;

  private final Btf local;
  private final Btf target;

  Types(Btf local, Btf target) {
    this.local = local;
    this.target = target;
  }

  /** Whether candidates of {@code kind} come into question. */
  static boolean sameKind(int kind, int other) {
    return kind == other || isEnumeration(kind) && isEnumeration(other);
  }

  static boolean isEnumeration(int kind) {
    return kind == BtfKind.ENUM || kind == BtfKind.ENUM64;
  }

  static boolean isComposite(int kind) {
    return kind == BtfKind.STRUCT || kind == BtfKind.UNION;
  }

  /** A type as C would name it. */
  static String describe(Btf types, int type) {
    String word =
        switch (types.kind(type)) {
          case BtfKind.STRUCT -> "struct ";
          case BtfKind.UNION -> "union ";
          case BtfKind.ENUM, BtfKind.ENUM64 -> "enum ";
          default -> "";
        };
    String name = Names.essential(types.name(type));
    return word + (name.isEmpty() ? "(anonymous)" : name);
  }

  /** A field of the one type may be read as a field of the other. */
  boolean fieldsAgree(int localType, int targetType) {
    int one = localType;
    int other = targetType;
    for (int depth = 0; depth < DEEPEST; depth++) {
      one = local.strip(one);
      other = target.strip(other);
      int kind = local.kind(one);
      int otherKind = target.kind(other);
      if (isComposite(kind) && isComposite(otherKind)) {
        return true;
      }
      if (!sameKind(kind, otherKind)) {
        return false;
      }
      switch (kind) {
        case BtfKind.PTR, BtfKind.FLOAT -> {
          return true;
        }
        case BtfKind.FWD, BtfKind.ENUM, BtfKind.ENUM64 -> {
          String name = local.name(one);
          String otherName = target.name(other);
          return name.isEmpty() || otherName.isEmpty() || Names.agree(name, otherName);
        }
        case BtfKind.INT -> {
          return plainIntegers(one, other);
        }
        case BtfKind.ARRAY -> {
          one = ((BtfType.Array) local.type(one)).element();
          other = ((BtfType.Array) target.type(other)).element();
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  /** The names agree already; whether the types behind them are of one shape. */
  boolean compatible(int localType, int targetType) {
    return compatible(localType, targetType, DEEPEST);
  }

  private boolean compatible(int localType, int targetType, int depth) {
    int one = local.strip(localType);
    int other = target.strip(targetType);
    if (depth == 0 || !sameKind(local.kind(one), target.kind(other))) {
      return false;
    }
    return switch (local.type(one)) {
      case BtfType.Pointer(int to) ->
          compatible(to, ((BtfType.Pointer) target.type(other)).target(), depth - 1);
      case BtfType.Array array ->
          compatible(array.element(), ((BtfType.Array) target.type(other)).element(), depth - 1);
      case BtfType.Prototype prototype -> {
        BtfType.Prototype its = (BtfType.Prototype) target.type(other);
        yield prototype.parameters().size() == its.parameters().size()
            && parameters(prototype, its, (from, to) -> compatible(from, to, depth - 1))
            && compatible(prototype.result(), its.result(), depth - 1);
      }
      case BtfType.Int ignored -> plainIntegers(one, other);
      case BtfType.Struct ignored -> true;
      case BtfType.Enumeration ignored -> true;
      case BtfType.Forward ignored -> true;
      case BtfType.Void ignored -> true;
      default -> false;
    };
  }

  /** The target has all that the local type has, with the same names and types. */
  boolean matches(int localType, int targetType) {
    return matches(localType, targetType, false, DEEPEST);
  }

  private boolean matches(int localType, int targetType, boolean pointed, int depth) {
    int one = local.strip(localType);
    int other = target.strip(targetType);
    if (depth == 0 || !Names.agree(local.name(one), target.name(other))) {
      return false;
    }
    BtfType its = target.type(other);
    return switch (local.type(one)) {
      case BtfType.Void ignored -> its instanceof BtfType.Void;
      case BtfType.Forward forward ->
          its instanceof BtfType.Forward same && same.isUnion() == forward.isUnion()
              || pointed
                  && its instanceof BtfType.Struct struct
                  && struct.isUnion() == forward.isUnion();
      case BtfType.Enumeration enumeration ->
          its instanceof BtfType.Enumeration same && valuesMatch(enumeration, same);
      case BtfType.Struct struct ->
          pointed
              ? its instanceof BtfType.Struct same && same.isUnion() == struct.isUnion()
                  || its instanceof BtfType.Forward forward && forward.isUnion() == struct.isUnion()
              : its instanceof BtfType.Struct same
                  && same.isUnion() == struct.isUnion()
                  && membersMatch(struct, same, depth - 1);
      case BtfType.Int number ->
          its instanceof BtfType.Int same
              && same.bits() == number.bits()
              && same.isSigned() == number.isSigned();
      case BtfType.Pointer(int to) ->
          its instanceof BtfType.Pointer same && matches(to, same.target(), true, depth - 1);
      case BtfType.Array array ->
          its instanceof BtfType.Array same
              && same.count() == array.count()
              && matches(array.element(), same.element(), pointed, depth - 1);
      case BtfType.Prototype prototype ->
          its instanceof BtfType.Prototype same
              && same.parameters().size() == prototype.parameters().size()
              && parameters(prototype, same, (from, to) -> matches(from, to, pointed, depth - 1))
              && matches(prototype.result(), same.result(), pointed, depth - 1);
      default -> false;
    };
  }

  private interface Pair {
    boolean agree(int localType, int targetType);
  }

  private static boolean parameters(BtfType.Prototype one, BtfType.Prototype other, Pair pair) {
    for (int i = 0; i < one.parameters().size(); i++) {
      if (!pair.agree(one.parameters().get(i).type(), other.parameters().get(i).type())) {
        return false;
      }
    }
    return true;
  }

  private boolean membersMatch(BtfType.Struct one, BtfType.Struct other, int depth) {
    return one.members().size() <= other.members().size()
        && one.members().stream()
            .allMatch(
                member ->
                    other.members().stream()
                        .anyMatch(
                            its ->
                                Names.agree(member.name(), its.name())
                                    && matches(member.type(), its.type(), false, depth)));
  }

  private static boolean valuesMatch(BtfType.Enumeration one, BtfType.Enumeration other) {
    List<String> names =
        other.values().stream().map(value -> Names.essential(value.name())).toList();
    return one.values().size() <= other.values().size()
        && one.values().stream().allMatch(value -> names.contains(Names.essential(value.name())));
  }

  /** Bit fields of the old encoding are not comparable. */
  private boolean plainIntegers(int one, int other) {
    return ((BtfType.Int) local.type(one)).bitOffset() == 0
        && ((BtfType.Int) target.type(other)).bitOffset() == 0;
  }
}
