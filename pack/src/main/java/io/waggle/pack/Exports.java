package io.waggle.pack;

import io.waggle.bpf.MapType;
import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueType;
import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Structure;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.pack.ObjectContents.DeclaredMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds out what the maps of an object hold. What the package says of the map goes first, then the
 * map's own declaration, then the structure that the package exports, or, where it exports several,
 * the one named as the map or {@code event}; last, a structure {@code event} of the object.
 */
final class Exports {
  private static final String USUAL = "event";

  private final Meta meta;
  private final ObjectContents object;

  Exports(Meta meta, ObjectContents object) {
    this.meta = meta;
    this.object = object;
  }

  /** Whether records arrive through the map. */
  static boolean isBuffer(DeclaredMap map) {
    return map.kind() == MapType.RINGBUF.id() || map.kind() == MapType.PERF_EVENT_ARRAY.id();
  }

  /**
   * What the records of a buffer are; empty if nothing tells, or if they are not to be shown.
   *
   * @throws ValueException if it has a type that cannot be printed
   */
  Optional<ValueType> record(DeclaredMap map) {
    if (object.types().isEmpty()) {
      return Optional.empty();
    }
    Btf btf = object.types().get();
    if (meta.multipleExportTypes()) {
      return said(btf, map);
    }
    OptionalInt declared = map.value();
    if (declared.isPresent() && btf.kind(btf.strip(declared.getAsInt())) == BtfKind.STRUCT) {
      return Optional.of(ValueType.of(btf, declared.getAsInt()));
    }
    OptionalInt exported = exported(map.name());
    OptionalInt type = exported.isPresent() ? exported : btf.find(BtfKind.STRUCT, USUAL);
    return type.isPresent() ? Optional.of(ValueType.of(btf, type.getAsInt())) : Optional.empty();
  }

  private OptionalInt exported(String map) {
    List<Meta.ExportType> types = meta.exportTypes();
    for (String name : List.of(map, USUAL)) {
      for (Meta.ExportType type : types) {
        if (type.name().equals(name)) {
          return OptionalInt.of(type.typeId());
        }
      }
    }
    return types.isEmpty() ? OptionalInt.empty() : OptionalInt.of(types.getFirst().typeId());
  }

  /** What is said of the map itself. */
  private Optional<ValueType> said(Btf btf, DeclaredMap map) {
    Meta.Export export =
        meta.skeleton().map(map.name()).map(Meta.MapMeta::export).orElse(new Meta.Export.None());
    return switch (export) {
      case Meta.Export.None _ -> Optional.empty();
      case Meta.Export.Type type -> Optional.of(ValueType.of(btf, type.typeId()));
      case Meta.Export.Members members -> Optional.of(structure(btf, map.name(), members));
      case Meta.Export.Default _ ->
          map.value().isPresent()
              ? Optional.of(ValueType.of(btf, map.value().getAsInt()))
              : Optional.empty();
    };
  }

  private static ValueType structure(Btf btf, String name, Meta.Export.Members members) {
    List<Field> fields = new ArrayList<>();
    long size = 0;
    for (Meta.Member member : members.members()) {
      ValueType type = ValueType.of(btf, member.typeId());
      if (member.offset() < 0) {
        throw new ValueException("member '" + member.name() + "' has a negative offset");
      }
      fields.add(new Field(member.name(), type, member.offset()));
      size = Math.max(size, member.offset() + type.size());
    }
    return new Structure(name, false, size, fields);
  }

  /**
   * What the keys of a map are.
   *
   * @throws ValueException if that is not declared
   */
  ValueType key(DeclaredMap map) {
    return declared(map, map.key(), "keys");
  }

  /** As {@link #key}, of its values. */
  ValueType value(DeclaredMap map) {
    Optional<ValueType> said =
        object.types().isPresent() && meta.multipleExportTypes()
            ? said(object.types().get(), map)
            : Optional.empty();
    return said.isPresent() ? said.get() : declared(map, map.value(), "values");
  }

  private ValueType declared(DeclaredMap map, OptionalInt type, String what) {
    if (type.isEmpty() || object.types().isEmpty()) {
      throw new ValueException(
          "map '" + map.name() + "' does not declare the type of its " + what + " (__type)");
    }
    return ValueType.of(object.types().get(), type.getAsInt());
  }
}
