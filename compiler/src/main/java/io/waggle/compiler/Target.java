package io.waggle.compiler;

import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.Release;
import java.util.HashSet;
import java.util.Set;

/**
 * The machine to compile for. The compiler replaces instructions of missing features where it can
 * (signed division, sign extension) and otherwise refuses with {@link MissingFeature}. It is asked
 * by front ends too, before they choose between bpf_loop and a plain loop, for example.
 *
 * @param features what the kernel offers
 */
public record Target(Set<MachineFeature> features) {

  /** Instruction set v4 with everything: kernel 6.6. */
  public static final Target V4 = upTo(new Release(6, 6));

  /** Instruction set v3 with everything else: kernel 5.17. */
  public static final Target V3 = upTo(new Release(5, 17));

  private static Target upTo(Release kernel) {
    Set<MachineFeature> features = new HashSet<>();
    for (MachineFeature feature : MachineFeature.values()) {
      if (Release.parse(feature.since()).compareTo(kernel) <= 0) {
        features.add(feature);
      }
    }
    return new Target(features);
  }

  /** True when the machine offers {@code feature}. */
  public boolean has(MachineFeature feature) {
    return features.contains(feature);
  }
}
