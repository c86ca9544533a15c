package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Maps as C declares them in section {@code .maps}: variables of a structure whose members are
 * pointers, to an array of as many elements as a number says ({@code __uint}), or to a type ({@code
 * __type}); member {@code values} says what a map of maps or programs holds. See
 * Documentation/bpf/libbpf/libbpf_overview.rst and bpf_helpers.h.
 */
final class MapDeclarations {
  private static final int PIN_BY_NAME = 1;

  private final String file;
  private final Btf types;

  /** The symbol that a pointer in the section is initialised with, by the pointer's place. */
  private final LongFunction<Optional<String>> initialisers;

  private MapDeclarations(String file, Btf types, LongFunction<Optional<String>> initialisers) {
    this.file = file;
    this.types = types;
    this.initialisers = initialisers;
  }

  /**
   * Reads the section.
   *
   * @param types whose sections of variables have their offsets
   */
  static List<MapSpec> read(String file, Btf types, LongFunction<Optional<String>> initialisers) {
    OptionalInt section = types.find(BtfKind.DATASEC, ".maps");
    List<MapSpec> maps = new ArrayList<>();
    Set<String> names = new HashSet<>();
    if (section.isPresent() && types.type(section.getAsInt()) instanceof BtfType.DataSection data) {
      MapDeclarations declarations = new MapDeclarations(file, types, initialisers);
      for (BtfType.Placed placed : data.variables()) {
        MapSpec map = declarations.map(placed);
        if (!names.add(map.name())) {
          throw declarations.problem(map.name(), "it is declared twice");
        }
        maps.add(map);
      }
    }
    return maps;
  }

  /** A single declaration, without what its pointers are initialised with. */
  static MapSpec one(String file, Btf types, int variable) {
    return new MapDeclarations(file, types, _ -> Optional.empty())
        .map(new BtfType.Placed(variable, 0, 0));
  }

  private MapSpec map(BtfType.Placed placed) {
    if (!(types.type(placed.variable()) instanceof BtfType.Variable variable)
        || !(types.type(types.strip(variable.type())) instanceof BtfType.Struct declared)) {
      throw new ObjectException(file, ".maps", "a map is declared by a variable of a structure");
    }
    return new Declaration(variable.name()).read(declared, placed.offset(), false);
  }

  /** One declaration while its members are read. */
  private final class Declaration {
    private final String name;
    private int type;
    private int keySize;
    private int valueSize;
    private int keyType;
    private int valueType;
    private int maxEntries;
    private int flags;
    private int pinning;
    private int numaNode = -1;
    private long extra;
    private Optional<MapSpec> inner = Optional.empty();
    private final Map<Integer, String> slots = new HashMap<>();

    private Declaration(String name) {
      this.name = name;
    }

    private MapSpec read(BtfType.Struct declared, long offset, boolean isInner) {
      for (BtfType.Member member : declared.members()) {
        read(member, offset, isInner);
      }
      int number = type;
      MapType mapType =
          MapType.of(number).orElseThrow(() -> problem(name, "there is no map type " + number));
      if (keySize < 0 || valueSize < 0 || maxEntries < 0) {
        throw problem(name, "a size is not below 2^31");
      }
      return new MapSpec(
          name,
          mapType,
          keySize,
          valueSize,
          maxEntries,
          flags,
          Bytes.EMPTY,
          new MapSpec.Traits(
              keyType, valueType, inner, pinning == PIN_BY_NAME, numaNode, extra, slots, true));
    }

    private void read(BtfType.Member member, long offset, boolean isInner) {
      switch (member.name()) {
        case "type" -> type = (int) number(name, member);
        case "max_entries" -> maxEntries = (int) number(name, member);
        case "map_flags" -> flags = (int) number(name, member);
        case "key_size" -> keySize = agreed("key", keySize, number(name, member));
        case "value_size" -> valueSize = agreed("value", valueSize, number(name, member));
        case "numa_node" -> numaNode = (int) number(name, member);
        case "map_extra" -> extra = number(name, member);
        case "key" -> {
          keyType = pointed(name, member);
          keySize = agreed("key", keySize, types.size(keyType));
        }
        case "value" -> {
          valueType = pointed(name, member);
          valueSize = agreed("value", valueSize, types.size(valueType));
        }
        case "pinning" -> {
          pinning = (int) number(name, member);
          if (pinning < 0 || pinning > PIN_BY_NAME || isInner) {
            throw problem(name, "pinning is LIBBPF_PIN_BY_NAME (1) or nothing");
          }
        }
        case "values" -> values(member, offset + member.bitOffset() / 8, isInner);
        default -> throw problem(name, "member " + member.name() + " is not known");
      }
    }

    private int agreed(String what, int before, long size) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw problem(name, "a size is not below 2^31");
      }
      if (before != 0 && before != size) {
        throw problem(name, "two sizes of a " + what + ": " + before + " and " + size);
      }
      return (int) size;
    }

    /** {@code __array(values, struct inner)} of maps, or of functions for tail calls. */
    private void values(BtfType.Member member, long offset, boolean isInner) {
      if (isInner
          || !(types.type(types.strip(member.type())) instanceof BtfType.Array array)
          || !(types.type(types.strip(array.element())) instanceof BtfType.Pointer pointer)) {
        throw problem(name, "values is an array of pointers, as __array makes it");
      }
      if (keySize == 0) {
        keySize = 4;
      }
      if (valueSize == 0) {
        valueSize = 4;
      }
      if (types.type(types.strip(pointer.target())) instanceof BtfType.Struct declared) {
        inner = Optional.of(new Declaration(name + ".inner").read(declared, 0, true));
      }
      long most = array.count() == 0 ? maxEntries : Math.min(array.count(), 1 << 20);
      for (int i = 0; i < most; i++) {
        int slot = i;
        initialisers.apply(offset + 8L * i).ifPresent(symbol -> slots.put(slot, symbol));
      }
    }
  }

  private long number(String map, BtfType.Member member) {
    // __uint makes a pointer to an array, __ulong an enumeration of one value.
    int target = types.strip(member.type());
    if (types.type(target) instanceof BtfType.Enumeration one && one.values().size() == 1) {
      return one.values().getFirst().value();
    }
    if (types.type(types.strip(pointed(map, member))) instanceof BtfType.Array array) {
      return array.count();
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
