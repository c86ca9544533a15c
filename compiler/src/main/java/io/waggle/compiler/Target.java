package io.waggle.compiler;

import java.util.Set;

/**
 * The machine to compile for. The compiler replaces instructions of missing features where it can
 * (signed division, sign extension) and otherwise refuses with {@link MissingFeature}. It is asked
 * by front ends too, before they choose between bpf_loop and a plain loop, for example.
 *
 * @param features what the kernel offers
 */
public record Target(Set<Feature> features) {

  /** Instruction set v4 with everything: kernel 6.6. */
  public static final Target V4 = new Target(Set.of(Feature.values()));

  /** Instruction set v3 with everything else: kernel 5.17. */
  public static final Target V3 =
      new Target(
          Set.of(
              Feature.FETCHING_ATOMICS,
              Feature.BOUNDED_LOOPS,
              Feature.LOCAL_CALLS,
              Feature.CALLBACKS,
              Feature.MAP_VALUE_ADDRESS));

  /** True when the machine offers {@code feature}. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }
}
