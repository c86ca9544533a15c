package io.waggle.bpf.core;

import io.waggle.bpf.Instruction;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.Flavour;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fits the code of one object to one kernel. It remembers which of the kernel's types each of the
 * object's may be, and drops those that one relocation does not match for the next, as libbpf does:
 * keep one relocator for all programs of an object, and apply it in their order.
 */
public final class Relocator {
  private final Btf local;
  private final CoreTargets targets;
  private final Map<Integer, List<Candidate>> candidates = new HashMap<>();

  /**
   * A relocator; nothing is read yet.
   *
   * @param local the object's own types
   * @param targets the kernel's
   */
  public Relocator(Btf local, CoreTargets targets) {
    this.local = local;
    this.targets = targets;
  }

  /**
   * Patches code.
   *
   * @param code whose instructions are at the slots that the relocations name; not changed
   * @throws CoreException if a relocation is damaged, or types of the kernel with the same name
   *     answer it differently
   * @throws io.waggle.formats.FormatException if types are damaged
   */
  public Relocated apply(List<Instruction> code, List<CoreRelocation> relocations) {
    if (relocations.isEmpty()) {
      return new Relocated(code, List.of());
    }
    Map<Integer, Integer> places = new HashMap<>();
    int slot = 0;
    for (int i = 0; i < code.size(); i++) {
      places.put(slot, i);
      slot += code.get(i).slots();
    }
    Instruction[] patched = code.toArray(Instruction[]::new);
    List<Poison> poisoned = new ArrayList<>();
    for (CoreRelocation relocation : relocations) {
      Integer place = places.get(relocation.slot());
      if (place == null) {
        throw CoreException.at(relocation, "no instruction begins there");
      }
      switch (patch(relocation, patched[place])) {
        case Answer.Is(Instruction instruction) -> patched[place] = instruction;
        case Answer.None(Supplier<String> explanation) ->
            poisoned.add(new Poison(relocation.slot(), explanation));
      }
    }
    return new Relocated(withPoison(patched, poisoned, places), poisoned);
  }

  private static List<Instruction> withPoison(
      Instruction[] code, List<Poison> poisoned, Map<Integer, Integer> places) {
    boolean[] bad = new boolean[code.length];
    for (Poison poison : poisoned) {
      bad[places.get(poison.slot())] = true;
    }
    List<Instruction> result = new ArrayList<>(code.length);
    for (int i = 0; i < code.length; i++) {
      // Of a wide load both halves are replaced: what follows keeps its slot.
      for (int half = bad[i] ? code[i].slots() : 1; half > 0; half--) {
        result.add(bad[i] ? Patch.poison() : code[i]);
      }
    }
    return result;
  }

  private sealed interface Answer {
    record Is(Instruction instruction) implements Answer {}

    record None(Supplier<String> explanation) implements Answer {}
  }

  private Answer patch(CoreRelocation relocation, Instruction instruction) {
    return switch (relocation.kind().subject()) {
      case FIELD -> field(relocation, instruction);
      case TYPE -> type(relocation, instruction);
      case ENUM_VALUE -> enumerator(relocation, instruction);
    };
  }

  private Answer field(CoreRelocation relocation, Instruction instruction) {
    Access access = Access.parse(local, relocation);
    boolean asksIfThere = relocation.kind() == CoreKind.FIELD_EXISTS;
    Value from = asksIfThere ? Value.of(1) : Value.ofField(relocation, access);
    Agreement agreement = new Agreement(relocation);
    List<Candidate> remaining = new ArrayList<>();
    for (Candidate candidate : candidates(relocation)) {
      Optional<Access> found = FieldMatch.follow(access, candidate).whole();
      if (found.isPresent()) {
        remaining.add(candidate);
        Value value = asksIfThere ? Value.of(1) : Value.ofField(relocation, found.get());
        agreement.add(candidate, value, found.get().bitOffset());
      }
    }
    keep(relocation, remaining);
    if (agreement.isEmpty()) {
      return asksIfThere
          ? done(new Patch(relocation, from, Value.of(0), true), instruction, () -> "")
          : new Answer.None(() -> explanation().noField(relocation, access));
    }
    Value to = agreement.value();
    Btf target = agreement.candidate().btf();
    boolean resizable =
        from.accessSize() == to.accessSize() || Value.canResize(local, from, target, to);
    return done(
        new Patch(relocation, from, to, resizable),
        instruction,
        () -> explanation().field(relocation, access));
  }

  private Answer type(CoreRelocation relocation, Instruction instruction) {
    if (!relocation.access().equals("0")) {
      throw CoreException.at(relocation, "'" + relocation.access() + "' is no access to a type");
    }
    int type = relocation.type();
    CoreKind kind = relocation.kind();
    if (kind == CoreKind.TYPE_ID_LOCAL) {
      Value id = Value.uncertain(type);
      return done(new Patch(relocation, id, id, false), instruction, () -> "");
    }
    Agreement agreement = new Agreement(relocation);
    List<Candidate> remaining = new ArrayList<>();
    for (Candidate candidate : candidates(relocation)) {
      boolean fits =
          kind == CoreKind.TYPE_MATCHES
              ? TypeMatch.matches(local, type, candidate.btf(), candidate.type())
              : Compatibility.ofTypes(local, type, candidate.btf(), candidate.type());
      if (fits) {
        remaining.add(candidate);
        agreement.add(candidate, ofType(kind, candidate.btf(), candidate.type()), 0);
      }
    }
    keep(relocation, remaining);
    Value from = ofType(kind, local, type);
    Value to = agreement.isEmpty() ? Value.of(0) : agreement.value();
    return done(new Patch(relocation, from, to, false), instruction, () -> "");
  }

  private static Value ofType(CoreKind kind, Btf btf, int type) {
    return switch (kind) {
      case TYPE_ID_TARGET -> Value.uncertain(type);
      case TYPE_SIZE -> Value.of(btf.size(type));
      default -> Value.of(1);
    };
  }

  private Answer enumerator(CoreRelocation relocation, Instruction instruction) {
    int[] numbers = Access.numbers(relocation);
    int index = numbers[0];
    if (numbers.length != 1
        || !(local.type(local.strip(relocation.type())) instanceof BtfType.Enumeration ours)
        || index >= ours.values().size()) {
      throw CoreException.at(relocation, "it names no value of an enumeration");
    }
    boolean asksIfThere = relocation.kind() == CoreKind.ENUM_VALUE_EXISTS;
    BtfType.Enumerator wanted = ours.values().get(index);
    String name = Flavour.strip(wanted.name());
    Agreement agreement = new Agreement(relocation);
    List<Candidate> remaining = new ArrayList<>();
    for (Candidate candidate : candidates(relocation)) {
      Btf target = candidate.btf();
      if (target.type(target.strip(candidate.type())) instanceof BtfType.Enumeration theirs) {
        for (BtfType.Enumerator value : theirs.values()) {
          if (Flavour.strip(value.name()).equals(name)) {
            remaining.add(candidate);
            agreement.add(
                candidate,
                asksIfThere
                    ? Value.of(1)
                    : Value.ofEnumerator(target, candidate.type(), value.value()),
                0);
            break;
          }
        }
      }
    }
    keep(relocation, remaining);
    Value from =
        asksIfThere ? Value.of(1) : Value.ofEnumerator(local, relocation.type(), wanted.value());
    if (agreement.isEmpty() && !asksIfThere) {
      return new Answer.None(() -> explanation().noEnumerator(relocation, name));
    }
    Value to = agreement.isEmpty() ? Value.of(0) : agreement.value();
    return done(new Patch(relocation, from, to, false), instruction, () -> "");
  }

  private Answer done(Patch patch, Instruction instruction, Supplier<String> about) {
    return switch (patch.apply(instruction)) {
      case Patch.Outcome.Patched(Instruction patched) -> new Answer.Is(patched);
      case Patch.Outcome.Impossible(String reason) ->
          new Answer.None(() -> about.get() + ": " + reason);
    };
  }

  private List<Candidate> candidates(CoreRelocation relocation) {
    List<Candidate> known = candidates.get(relocation.type());
    if (known == null) {
      String name = local.name(relocation.type());
      if (name.isEmpty()) {
        throw CoreException.at(
            relocation, "type " + relocation.type() + " has no name to search the kernel for");
      }
      known = targets.candidates(Flavour.strip(name), local.kind(relocation.type()));
      candidates.put(relocation.type(), known);
    }
    return known;
  }

  private void keep(CoreRelocation relocation, List<Candidate> remaining) {
    if (!remaining.isEmpty()) {
      candidates.put(relocation.type(), remaining);
    }
  }

  private Explanation explanation() {
    return new Explanation(local, targets);
  }
}
