package io.waggle.bpf.link;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.BtfType.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what one file declares is what another defines. Qualifiers and typedefs do not matter,
 * nor does what a pointer points to beyond the name of a structure.
 */
final class TypeAgreement {
  private final Btf one;
  private final Btf other;
  private final Set<Long> asked = new HashSet<>();

  private TypeAgreement(Btf one, Btf other) {
    this.one = one;
    this.other = other;
  }

  /** The first difference, in words: one's against the other's. Empty if there is none. */
  static Optional<String> difference(Btf one, int type, Btf other, int counterpart) {
    return new TypeAgreement(one, other).compare(type, counterpart, true);
  }

  private Optional<String> compare(int a, int b, boolean isWhole) {
    int left = one.strip(a);
    int right = other.strip(b);
    if (!asked.add((long) left << 33 | (long) right << 1 | (isWhole ? 1 : 0))) {
      return Optional.empty();
    }
    return switch (one.type(left)) {
      case BtfType.Variable variable when other.type(right) instanceof BtfType.Variable its ->
          compare(variable.type(), its.type(), true);
      case BtfType.Function function when other.type(right) instanceof BtfType.Function its ->
          compare(function.prototype(), its.prototype(), true);
      case BtfType.Pointer pointer when other.type(right) instanceof BtfType.Pointer its ->
          compare(pointer.target(), its.target(), false);
      case BtfType.Array array when other.type(right) instanceof BtfType.Array its ->
          array.count() != its.count() && array.count() != 0 && its.count() != 0
              ? unlike("an array of " + array.count(), "one of " + its.count())
              : compare(array.element(), its.element(), isWhole);
      case BtfType.Prototype prototype when other.type(right) instanceof BtfType.Prototype its ->
          prototypes(prototype, its);
      case BtfType.Struct struct when other.type(right) instanceof BtfType.Struct its ->
          structures(struct, its, isWhole);
      case BtfType.Forward _, BtfType.Struct _ when isTag(other.kind(right)) ->
          one.name(left).equals(other.name(right)) ? Optional.empty() : unlike(left, right);
      case BtfType.Enumeration values when other.type(right) instanceof BtfType.Enumeration its ->
          values.name().equals(its.name())
                  && values.size() == its.size()
                  && (!isWhole || values.values().equals(its.values()))
              ? Optional.empty()
              : unlike(left, right);
      case BtfType plain when plain.equals(other.type(right)) -> Optional.empty();
      case BtfType.Int number
          when other.type(right) instanceof BtfType.Int its
              && number.size() == its.size()
              && number.isSigned() == its.isSigned()
              && number.isBool() == its.isBool() ->
          Optional.empty();
      default -> unlike(left, right);
    };
  }

  private static boolean isTag(int kind) {
    return kind == BtfKind.STRUCT || kind == BtfKind.UNION || kind == BtfKind.FWD;
  }

  private Optional<String> prototypes(BtfType.Prototype ours, BtfType.Prototype theirs) {
    if (ours.parameters().size() != theirs.parameters().size()) {
      return unlike(ours.parameters().size() + " parameters", theirs.parameters().size() + "");
    }
    Optional<String> found =
        compare(ours.result(), theirs.result(), true).map(its -> "the result: " + its);
    for (int i = 0; i < ours.parameters().size() && found.isEmpty(); i++) {
      int parameter = i;
      found =
          compare(ours.parameters().get(i).type(), theirs.parameters().get(i).type(), true)
              .map(its -> "parameter " + (parameter + 1) + ": " + its);
    }
    return found;
  }

  private Optional<String> structures(BtfType.Struct ours, BtfType.Struct theirs, boolean isWhole) {
    String title = (ours.isUnion() ? "union " : "struct ") + ours.name();
    if (!ours.name().equals(theirs.name()) || ours.isUnion() != theirs.isUnion()) {
      return unlike(title, (theirs.isUnion() ? "union " : "struct ") + theirs.name());
    }
    if (!isWhole && !ours.name().isEmpty()) {
      return Optional.empty();
    }
    if (ours.size() != theirs.size()) {
      return unlike(title + " of " + ours.size() + " bytes", theirs.size() + "");
    }
    List<Member> left = ours.members();
    List<Member> right = theirs.members();
    if (left.size() != right.size()) {
      return unlike(title + " of " + left.size() + " members", right.size() + "");
    }
    for (int i = 0; i < left.size(); i++) {
      Member a = left.get(i);
      Member b = right.get(i);
      if (!a.name().equals(b.name())
          || a.bitOffset() != b.bitOffset()
          || a.bitSize() != b.bitSize()) {
        return unlike(
            title + " with " + a.name() + " at bit " + a.bitOffset(),
            b.name() + " at bit " + b.bitOffset());
      }
      Optional<String> found = compare(a.type(), b.type(), true);
      if (found.isPresent()) {
        return found.map(its -> title + ", member " + a.name() + ": " + its);
      }
    }
    return Optional.empty();
  }

  private Optional<String> unlike(int left, int right) {
    return unlike(words(one, left), words(other, right));
  }

  private static Optional<String> unlike(String left, String right) {
    return Optional.of(left + " against " + right);
  }

  private static String words(Btf types, int type) {
    String name = types.name(type);
    return switch (types.type(type)) {
      case BtfType.Void _ -> "void";
      case BtfType.Pointer _ -> "a pointer";
      case BtfType.Array array -> "an array of " + array.count();
      case BtfType.Prototype _ -> "a function";
      case BtfType.Struct struct -> (struct.isUnion() ? "union " : "struct ") + name;
      case BtfType.Forward forward -> (forward.isUnion() ? "union " : "struct ") + name;
      case BtfType.Enumeration _ -> "enum " + name;
      case BtfType.Variable _ -> "a variable";
      case BtfType.Function _ -> "a function";
      default -> name;
    };
  }
}
