package io.waggle.script.lower;

import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.types.Type;
import java.util.Optional;

/**
 * A map of the script and how it lies in the kernel.
 *
 * @param name as written, with the at sign
 * @param bpfName its name in the object
 * @param key empty for a scalar
 * @param deletes whether the script deletes single entries. The kernel gives a deleted entry's
 *     memory to the next new key at once, so a value must then be replaced as a whole and never be
 *     written through an address found before
 * @param fullCounter index of the counter of refused updates
 */
record ScriptMap(
    String name,
    String bpfName,
    Optional<Type.Plain> key,
    Type value,
    MapType type,
    int maxEntries,
    boolean deletes,
    int fullCounter) {

  boolean isScalar() {
    return key.isEmpty();
  }

  boolean isAggregation() {
    return value instanceof Type.Aggregation;
  }

  int keySize() {
    return key.isEmpty() ? 4 : key.get().size();
  }

  /** Where a plain scalar has the byte that is 1 once it was written; see {@link MapPlan}. */
  int presence() {
    return value.size();
  }

  MapSpec spec() {
    int size = isScalar() && !isAggregation() ? value.size() + 1 : value.size();
    return new MapSpec(bpfName, type, keySize(), Math.max(1, size), maxEntries);
  }
}
