package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Maps as C declares them in section {@code .maps}: variables of a structure whose members are
 * pointers, to an array of as many elements as a number says ({@code __uint}), or to a type ({@code
 * __type}). See Documentation/bpf/libbpf/libbpf_naming_convention.rst and bpf_helpers.h.
 */
final class MapDeclarations {
  private final String file;
  private final Btf types;

  private MapDeclarations(String file, Btf types) {
    this.file = file;
    this.types = types;
  }

  static List<MapSpec> read(String file, Btf types) {
    OptionalInt section = types.find(BtfKind.DATASEC, ".maps");
    List<MapSpec> maps = new ArrayList<>();
    if (section.isPresent() && types.type(section.getAsInt()) instanceof BtfType.DataSection data) {
      MapDeclarations declarations = new MapDeclarations(file, types);
      for (BtfType.Placed placed : data.variables()) {
        maps.add(declarations.map(placed));
      }
    }
    return maps;
  }

  private MapSpec map(BtfType.Placed placed) {
    if (!(types.type(placed.variable()) instanceof BtfType.Variable variable)
        || !(types.type(types.strip(variable.type())) instanceof BtfType.Struct declared)) {
      throw new ObjectException(file, ".maps", "a map is declared by a variable of a structure");
    }
    String name = variable.name();
    int type = 0;
    int keySize = 0;
    int valueSize = 0;
    int maxEntries = 0;
    int flags = 0;
    for (BtfType.Member member : declared.members()) {
      switch (member.name()) {
        case "type" -> type = number(name, member);
        case "max_entries" -> maxEntries = number(name, member);
        case "map_flags" -> flags = number(name, member);
        case "key_size" -> keySize = number(name, member);
        case "value_size" -> valueSize = number(name, member);
        case "key" -> keySize = (int) types.size(pointed(name, member));
        case "value" -> valueSize = (int) types.size(pointed(name, member));
        default -> throw problem(name, "member " + member.name() + " is not supported");
      }
    }
    int number = type;
    MapType mapType =
        MapType.of(number).orElseThrow(() -> problem(name, "there is no map type " + number));
    if (keySize < 0 || valueSize < 0 || maxEntries < 0) {
      throw problem(name, "a size is not below 2^31");
    }
    return new MapSpec(name, mapType, keySize, valueSize, maxEntries, flags);
  }

  private int number(String map, BtfType.Member member) {
    if (types.type(types.strip(pointed(map, member))) instanceof BtfType.Array array) {
      return (int) array.count();
    }
    throw problem(map, "member " + member.name() + " is no number as __uint makes it");
  }

  private int pointed(String map, BtfType.Member member) {
    if (types.type(types.strip(member.type())) instanceof BtfType.Pointer pointer) {
      return pointer.target();
    }
    throw problem(map, "member " + member.name() + " is no pointer");
  }

  private ObjectException problem(String map, String problem) {
    return new ObjectException(file, "map " + map, problem);
  }
}
