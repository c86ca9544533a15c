package io.waggle.bpf.core;

import io.waggle.bpf.Nearest;
import io.waggle.bpf.core.Access.Step;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.Flavour;
import java.util.ArrayList;
import java.util.List;

/** Says what a kernel lacks, for a program that reached it. */
final class Explanation {
  private static final int DEEPEST = 16;

  private final Btf local;
  private final CoreTargets targets;

  Explanation(Btf local, CoreTargets targets) {
    this.local = local;
    this.targets = targets;
  }

  /** Such as {@code the kernel's field task_struct.pid}. */
  String field(CoreRelocation relocation, Access access) {
    return "the kernel's field " + name(relocation) + "." + access.text();
  }

  /** Why a field was not found: no such type, no such field, or one of another type. */
  String noField(CoreRelocation relocation, Access access) {
    List<Candidate> candidates = all(relocation);
    if (candidates.isEmpty()) {
      return noType(relocation);
    }
    // Of several types the one that has most of the way tells most.
    FieldMatch.Result longest = FieldMatch.follow(access, candidates.getFirst());
    for (Candidate candidate : candidates) {
      FieldMatch.Result result = FieldMatch.follow(access, candidate);
      if (result.reached().steps().size() > longest.reached().steps().size()) {
        longest = result;
      }
    }
    return missing(longest, access, relocation);
  }

  private String missing(FieldMatch.Result result, Access access, CoreRelocation relocation) {
    Btf target = result.reached().btf();
    Step wanted = access.steps().get(result.reached().steps().size());
    int type = target.strip(result.type());
    if (!wanted.isField()) {
      String array = name(relocation) + "." + result.reached().text();
      return target.type(type) instanceof BtfType.Array elements
          ? "the kernel's array "
              + array
              + " has "
              + elements.count()
              + " elements, number "
              + wanted.index()
              + " is not among them"
          : "the kernel's field " + array + " is no array";
    }
    List<String> names = new ArrayList<>();
    fields(target, type, names, 0);
    String structure =
        target.name(type).isEmpty()
            ? "type of " + name(relocation) + "." + result.reached().text()
            : word(target, type) + target.name(type);
    if (names.contains(wanted.name())) {
      return "the kernel's "
          + structure
          + " has a field '"
          + wanted.name()
          + "', but of another kind than the program expects";
    }
    return "the kernel's "
        + structure
        + " has no field '"
        + wanted.name()
        + "'"
        + hint(wanted.name(), names);
  }

  /** Why an enumeration's name was not found. */
  String noEnumerator(CoreRelocation relocation, String wanted) {
    List<Candidate> candidates = all(relocation);
    if (candidates.isEmpty()) {
      return noType(relocation);
    }
    List<String> names = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Btf target = candidate.btf();
      if (target.type(target.strip(candidate.type())) instanceof BtfType.Enumeration values) {
        values.values().forEach(value -> names.add(value.name()));
      }
    }
    return "the kernel's enum "
        + name(relocation)
        + " has no value '"
        + wanted
        + "'"
        + hint(wanted, names);
  }

  private String noType(CoreRelocation relocation) {
    String name = name(relocation);
    int kind = local.kind(relocation.type());
    Btf kernel = targets.kernel();
    List<String> names = new ArrayList<>();
    for (int type = 1; type < kernel.count(); type++) {
      if (CoreTargets.isAlike(kind, kernel.kind(type)) && !kernel.name(type).isEmpty()) {
        names.add(kernel.name(type));
      }
    }
    String word = word(local, relocation.type());
    return "the kernel has no " + (word.isEmpty() ? "type " : word) + name + hint(name, names);
  }

  private List<Candidate> all(CoreRelocation relocation) {
    return targets.candidates(name(relocation), local.kind(relocation.type()));
  }

  private String name(CoreRelocation relocation) {
    return Flavour.strip(local.name(relocation.type()));
  }

  private static String word(Btf btf, int type) {
    return switch (btf.kind(type)) {
      case BtfKind.STRUCT -> "struct ";
      case BtfKind.UNION -> "union ";
      case BtfKind.ENUM, BtfKind.ENUM64 -> "enum ";
      default -> "";
    };
  }

  private static void fields(Btf btf, int structure, List<String> names, int depth) {
    if (depth < DEEPEST && btf.type(structure) instanceof BtfType.Struct struct) {
      for (BtfType.Member member : struct.members()) {
        if (member.name().isEmpty()) {
          fields(btf, btf.strip(member.type()), names, depth + 1);
        } else {
          names.add(member.name());
        }
      }
    }
  }

  private static String hint(String wanted, List<String> names) {
    String hint = Nearest.hint(wanted, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }
}
