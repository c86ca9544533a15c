package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A map as declared: what to ask the kernel for, not a live map.
 *
 * @param keySize bytes of a key, 0 for maps without keys
 * @param valueSize bytes of a value (of one CPU's value for per-CPU maps)
 * @param maxEntries for ring buffers the bytes of the ring, a power of two and whole pages; 0 in a
 *     perf event array means one for each CPU
 * @param flags BPF_F_* of map creation
 * @param contents what an array map holds before a program uses it: values one after another from
 *     key 0, the rest zero; of an arena its first bytes
 * @param traits what most maps do without
 */
public record MapSpec(
    String name,
    MapType type,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    Bytes contents,
    Traits traits) {

  /**
   * What most maps do without.
   *
   * @param keyType BTF id of the key's type in the object's types, 0 for none
   * @param valueType BTF id of the value's type, 0 for none
   * @param inner what the maps in a map of maps look like
   * @param isPinned whether it is pinned by its name, and a map found there used ({@code
   *     LIBBPF_PIN_BY_NAME})
   * @param numaNode whose memory it takes, -1 for any; with flag BPF_F_NUMA_NODE
   * @param extra what the type means by it: {@code map_extra} of map creation
   * @param slots names of the maps or programs that it holds from the start, by index; of a {@link
   *     MapType#STRUCT_OPS} by the number of the structure's member
   * @param isAutocreated whether it is made when its object is loaded
   */
  public record Traits(
      int keyType,
      int valueType,
      Optional<MapSpec> inner,
      boolean isPinned,
      int numaNode,
      long extra,
      Map<Integer, String> slots,
      boolean isAutocreated) {
    public static final Traits NONE =
        new Traits(0, 0, Optional.empty(), false, -1, 0, Map.of(), true);

    public Traits {
      slots = Map.copyOf(slots);
    }

    /** The same with types of key and value. */
    public Traits withTypes(int key, int value) {
      return new Traits(key, value, inner, isPinned, numaNode, extra, slots, isAutocreated);
    }

    /** The same, of a map of such maps. */
    public Traits withInner(MapSpec template) {
      return new Traits(
          keyType,
          valueType,
          Optional.of(template),
          isPinned,
          numaNode,
          extra,
          slots,
          isAutocreated);
    }

    /** The same, pinned by its name or not. */
    public Traits withPinned(boolean pin) {
      return new Traits(keyType, valueType, inner, pin, numaNode, extra, slots, isAutocreated);
    }

    /** The same with other maps or programs in it. */
    public Traits withSlots(Map<Integer, String> others) {
      return new Traits(
          keyType, valueType, inner, isPinned, numaNode, extra, others, isAutocreated);
    }

    /** The same, made or left out when its object is loaded. */
    public Traits withAutocreate(boolean create) {
      return new Traits(keyType, valueType, inner, isPinned, numaNode, extra, slots, create);
    }
  }

  private static final long SMALLEST_PAGE = 4096;

  public MapSpec {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(traits);
    long room = type == MapType.ARENA ? SMALLEST_PAGE * maxEntries : (long) valueSize * maxEntries;
    if (contents.size() > room) {
      throw new IllegalArgumentException(
          "map " + name + ": " + contents.size() + " bytes of contents do not fit");
    }
  }

  public MapSpec(
      String name,
      MapType type,
      int keySize,
      int valueSize,
      int maxEntries,
      int flags,
      Bytes contents) {
    this(name, type, keySize, valueSize, maxEntries, flags, contents, Traits.NONE);
  }

  public MapSpec(String name, MapType type, int keySize, int valueSize, int maxEntries, int flags) {
    this(name, type, keySize, valueSize, maxEntries, flags, Bytes.EMPTY);
  }

  public MapSpec(String name, MapType type, int keySize, int valueSize, int maxEntries) {
    this(name, type, keySize, valueSize, maxEntries, 0);
  }

  /**
   * The map that a variable of section {@code .maps} declares, also one that is only declared
   * {@code extern}.
   *
   * @param file its name, for messages
   * @param variable its number
   * @throws ObjectException if it declares none
   */
  public static MapSpec declared(String file, Btf types, int variable) {
    return MapDeclarations.one(file, types, variable);
  }

  /**
   * What another map has otherwise, as far as programs or the kernel care: {@code "max_entries is
   * 16 and 32"}, this one's first.
   */
  public List<String> differences(MapSpec other) {
    List<String> found = new ArrayList<>();
    differ(found, "type", type, other.type);
    differ(found, "key_size", keySize, other.keySize);
    differ(found, "value_size", valueSize, other.valueSize);
    differ(found, "max_entries", maxEntries, other.maxEntries);
    differ(found, "map_flags", hexadecimal(flags), hexadecimal(other.flags));
    differ(found, "map_extra", traits.extra, other.traits.extra);
    differ(found, "numa_node", traits.numaNode, other.traits.numaNode);
    differ(found, "pinning", word(traits.isPinned), word(other.traits.isPinned));
    if (traits.inner.isPresent() && other.traits.inner.isPresent()) {
      for (String inner : traits.inner.get().differences(other.traits.inner.get())) {
        found.add("values: " + inner);
      }
    } else {
      differ(found, "values", word(traits.inner.isPresent()), word(other.traits.inner.isPresent()));
    }
    return found;
  }

  private static void differ(List<String> found, String what, Object ours, Object theirs) {
    if (!ours.equals(theirs)) {
      found.add(what + " is " + ours + " and " + theirs);
    }
  }

  private static String hexadecimal(int flags) {
    return "0x" + Integer.toHexString(flags);
  }

  private static String word(boolean isDeclared) {
    return isDeclared ? "declared" : "not declared";
  }

  /** The same map with other contents. */
  public MapSpec withContents(Bytes other) {
    return new MapSpec(name, type, keySize, valueSize, maxEntries, flags, other, traits);
  }

  /** The same map of another size. */
  public MapSpec withMaxEntries(int entries) {
    return new MapSpec(name, type, keySize, valueSize, entries, flags, contents, traits);
  }

  /** The same map with other flags. */
  public MapSpec withFlags(int others) {
    return new MapSpec(name, type, keySize, valueSize, maxEntries, others, contents, traits);
  }

  /** The same map, made or left out when its object is loaded. */
  public MapSpec withAutocreate(boolean create) {
    return with(traits.withAutocreate(create));
  }

  /** The same map with other traits. */
  public MapSpec with(Traits other) {
    return new MapSpec(name, type, keySize, valueSize, maxEntries, flags, contents, other);
  }
}
