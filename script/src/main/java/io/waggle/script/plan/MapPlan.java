package io.waggle.script.plan;

import io.waggle.script.types.Type;
import java.util.Optional;

/**
 * A map of the script.
 *
 * @param name as written, {@code @} included
 * @param bpfName its name in {@link Plan#object}
 * @param key empty for a scalar map, which has the 4-byte key 0 in an array; where the value is no
 *     aggregation, the byte after it is 1 once the map was written and 0 before and when deleted
 * @param value type of a value; aggregations and only they lie in per-CPU maps
 */
public record MapPlan(String name, String bpfName, Optional<Type.Plain> key, Type value) {}
