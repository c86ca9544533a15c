package io.waggle.bpf.core;

import io.waggle.bpf.core.Access.Step;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows a way that is known in one set of types through another. */
final class FieldMatch {
  private final Access local;
  private final Btf target;
  private final List<Step> steps = new ArrayList<>();
  private long bits;

  /** Where the way has come to. */
  private int type;

  private FieldMatch(Access local, Candidate candidate) {
    this.local = local;
    this.target = candidate.btf();
    this.type = candidate.type();
  }

  /**
   * How far a way can be followed.
   *
   * @param reached in the target's types, the whole way or as many steps as were possible
   * @param type the type that was reached; of an unfinished way, the one that lacks the next step
   * @param complete whether it was the whole way
   */
  record Result(Access reached, int type, boolean complete) {
    Optional<Access> whole() {
      return complete ? Optional.of(reached) : Optional.empty();
    }
  }

  static Result follow(Access local, Candidate candidate) {
    FieldMatch match = new FieldMatch(local, candidate);
    boolean complete = match.followAll();
    return new Result(new Access(candidate.btf(), match.steps, match.bits), match.type, complete);
  }

  private boolean followAll() {
    for (Step step : local.steps()) {
      if (!(step.isField() ? field(step) : element(step))) {
        return false;
      }
    }
    return true;
  }

  private boolean element(Step step) {
    // The type where the way begins counts as the element already.
    if (!steps.isEmpty()) {
      if (!(target.type(target.strip(type)) instanceof BtfType.Array array)
          || !Access.holds(target, steps.getLast(), array, step.index())) {
        return false;
      }
      type = array.element();
    }
    type = target.strip(type);
    steps.add(new Step(type, step.index(), ""));
    bits += step.index() * target.size(type) * 8;
    return true;
  }

  private boolean field(Step step) {
    Optional<Found> found = find(target.strip(type), step.name(), 0);
    if (found.isEmpty()) {
      return false;
    }
    BtfType.Member member = Access.member(target, found.get().step());
    int wanted = Access.member(local.btf(), step).type();
    if (!Compatibility.ofFields(local.btf(), wanted, target, member.type())) {
      return false;
    }
    steps.add(found.get().step());
    bits += found.get().bits();
    type = member.type();
    return true;
  }

  private record Found(Step step, long bits) {}

  private Optional<Found> find(int structure, String name, int depth) {
    if (depth > Access.DEEPEST || !(target.type(structure) instanceof BtfType.Struct struct)) {
      return Optional.empty();
    }
    for (int i = 0; i < struct.members().size(); i++) {
      BtfType.Member member = struct.members().get(i);
      if (member.name().equals(name)) {
        return Optional.of(new Found(new Step(structure, i, name), member.bitOffset()));
      }
      if (member.name().isEmpty()) {
        Optional<Found> inner = find(target.strip(member.type()), name, depth + 1);
        if (inner.isPresent()) {
          Found found = inner.get();
          return Optional.of(new Found(found.step(), member.bitOffset() + found.bits()));
        }
      }
    }
    return Optional.empty();
  }
}
