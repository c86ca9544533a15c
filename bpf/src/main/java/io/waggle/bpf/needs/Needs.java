package io.waggle.bpf.needs;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.License;
import io.waggle.bpf.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an object needs, in groups of a kind.
 *
 * @param license as the object declares it
 */
public record Needs(String license, List<Need> all) {
  public Needs {
    all = List.copyOf(all);
  }

  /**
   * Collects what an object needs; asks no kernel.
   *
   * @throws io.waggle.bpf.core.CoreException if a relocation is damaged
   */
  public static Needs of(BpfObject object) {
    return new Needs(object.license(), new NeedCollector(object).collect());
  }

  /** The oldest kernel with all that versions tell of. */
  public Release oldest() {
    Release oldest = Release.FIRST;
    for (Need need : all) {
      if (!need.isOptional() && need.since().isPresent()) {
        oldest = oldest.max(need.since().get());
      }
    }
    return oldest;
  }

  /** The needs that {@link #oldest} is due to. */
  public List<Need> newest() {
    Optional<Release> oldest = Optional.of(oldest());
    return all.stream().filter(its -> !its.isOptional() && its.since().equals(oldest)).toList();
  }

  /** Helpers that the object calls and that its licence keeps from it. */
  public List<Helper> forbidden() {
    List<Helper> forbidden = new ArrayList<>();
    if (!License.isGplCompatible(license)) {
      for (Helper helper : Helpers.all()) {
        if (helper.gplOnly() && all.stream().anyMatch(its -> isFor(its, helper))) {
          forbidden.add(helper);
        }
      }
    }
    return forbidden;
  }

  private static boolean isFor(Need need, Helper helper) {
    return need.subject() instanceof Subject.OfHelper its && its.helper().equals(helper);
  }
}
