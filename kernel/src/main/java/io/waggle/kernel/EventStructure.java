package io.waggle.kernel;

import io.waggle.bpf.MapSpec;
import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueType;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Which structure of an object's types the records of a buffer are. */
final class EventStructure {
  /** What programs call it that do not say. */
  private static final String USUAL = "event";

  private EventStructure() {}

  /**
   * The structure of a name.
   *
   * @throws ValueException if the types have none
   */
  static ValueType named(Optional<Btf> types, MapSpec map, Set<String> names) {
    for (String name : names) {
      OptionalInt found =
          types.isPresent() ? types.get().find(BtfKind.STRUCT, name) : OptionalInt.empty();
      if (found.isPresent()) {
        return ValueType.of(types.get(), found.getAsInt());
      }
    }
    throw new ValueException(
        "map '"
            + map.name()
            + "': the object's types have no struct "
            + String.join(" or ", names)
            + "; compilers keep what a global uses: const struct "
            + names.iterator().next()
            + " *unused;");
  }

  /** What the map declares, else the structure of the record's own name, else the usual one. */
  static ValueType of(Optional<Btf> types, MapSpec map, Class<?> record) {
    int declared = map.traits().valueType();
    if (declared != 0 && types.isPresent()) {
      return ValueType.of(types.get(), declared);
    }
    String own =
        record.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    Set<String> names = new LinkedHashSet<>();
    names.add(own);
    names.add(USUAL);
    return named(types, map, names);
  }
}
