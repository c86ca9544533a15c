package io.waggle.bpf.core;

import java.util.Optional;

/** Collects the answers of all candidates, which must be the same. */
final class Agreement {
  private record First(Candidate candidate, Value value, long bitOffset) {}

  private final CoreRelocation relocation;
  private Optional<First> first = Optional.empty();

  Agreement(CoreRelocation relocation) {
    this.relocation = relocation;
  }

  void add(Candidate candidate, Value value, long bitOffset) {
    if (first.isEmpty()) {
      first = Optional.of(new First(candidate, value, bitOffset));
      return;
    }
    First known = first.get();
    if (known.bitOffset() != bitOffset || known.value().number() != value.number()) {
      throw CoreException.at(
          relocation,
          "the kernel has more than one type named "
              + candidate.btf().name(candidate.type())
              + ", and they disagree: "
              + known.value().number()
              + " by type "
              + known.candidate().type()
              + ", "
              + value.number()
              + " by type "
              + candidate.type());
    }
  }

  boolean isEmpty() {
    return first.isEmpty();
  }

  Value value() {
    return first.orElseThrow().value();
  }

  Candidate candidate() {
    return first.orElseThrow().candidate();
  }
}
