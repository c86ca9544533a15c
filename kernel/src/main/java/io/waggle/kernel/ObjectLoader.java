package io.waggle.kernel;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the maps and loads the programs of one object: all of them, or none. */
final class ObjectLoader {
  private final BpfObject object;
  private final LoadOptions options;
  private final Features features;
  private final KernelTypes kernelTypes;
  private final Map<String, LoadedMap> maps = new LinkedHashMap<>();
  private final Map<String, LoadedProgram> programs = new LinkedHashMap<>();
  private final Map<String, StructOps> tables = new LinkedHashMap<>();

  ObjectLoader(BpfObject object, LoadOptions options, Features features, KernelTypes kernelTypes) {
    this.object = object;
    this.options = options;
    this.features = features;
    this.kernelTypes = kernelTypes;
  }

  LoadedObject load() {
    try (ObjectTypes types = ObjectTypes.load(object)) {
      MapLoader mapLoader = new MapLoader(object, options, features, types);
      try {
        makeMaps(mapLoader, types);
        loadPrograms(types);
        for (LoadedMap map : maps.values()) {
          if (!tables.containsKey(map.spec().name())) {
            MapLoader.fillSlots(map, maps, programs);
          }
        }
        return new LoadedObject(object.variables(), maps, programs, tables, object.types());
      } catch (RuntimeException | Error failure) {
        programs.values().forEach(LoadedProgram::close);
        maps.values().forEach(LoadedMap::close);
        mapLoader.unpin();
        throw failure;
      }
    }
  }

  private void makeMaps(MapLoader loader, ObjectTypes types) {
    for (MapSpec map : object.maps()) {
      if (!map.traits().isAutocreated()) {
        continue;
      }
      if (map.type() == MapType.STRUCT_OPS) {
        StructOps table = StructOps.of(map, object.types().orElseThrow(), kernelTypes);
        tables.put(map.name(), table);
        maps.put(map.name(), table.create(types.number()));
      } else {
        maps.put(map.name(), loader.create(map));
      }
    }
  }

  private void loadPrograms(ObjectTypes types) {
    ProgramLoader loader =
        new ProgramLoader(object, options, features, kernelTypes, types, maps, tables);
    for (ProgramSpec program : object.programs()) {
      if (isWanted(program)) {
        programs.put(program.name(), loader.load(program));
      }
    }
  }

  /** A program that stands in tables is wanted if one of them is. */
  private boolean isWanted(ProgramSpec program) {
    if (program.type() != ProgramType.STRUCT_OPS) {
      return program.autoload();
    }
    List<MapSpec> holders = new ArrayList<>();
    for (MapSpec map : object.maps()) {
      if (map.type() == MapType.STRUCT_OPS && map.traits().slots().containsValue(program.name())) {
        holders.add(map);
      }
    }
    Optional<MapSpec> made =
        holders.stream().filter(its -> its.traits().isAutocreated()).findFirst();
    return holders.isEmpty() ? program.autoload() : made.isPresent();
  }
}
