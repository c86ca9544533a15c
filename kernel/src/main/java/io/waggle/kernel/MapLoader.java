package io.waggle.kernel;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.Extern;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.linux.Bpf;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.MapDescription;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the maps of one object, or opens those that are pinned already. */
final class MapLoader {
  private static final int MMAPABLE = 1 << 10;

  /** Types whose keys and values are the kernel's own; it refuses BTF for them. */
  private static final Set<MapType> WITHOUT_TYPES =
      EnumSet.of(
          MapType.PERF_EVENT_ARRAY,
          MapType.PROG_ARRAY,
          MapType.CGROUP_ARRAY,
          MapType.STACK_TRACE,
          MapType.ARRAY_OF_MAPS,
          MapType.HASH_OF_MAPS,
          MapType.DEVMAP,
          MapType.DEVMAP_HASH,
          MapType.CPUMAP,
          MapType.XSKMAP,
          MapType.SOCKMAP,
          MapType.SOCKHASH,
          MapType.QUEUE,
          MapType.STACK,
          MapType.RINGBUF,
          MapType.USER_RINGBUF,
          MapType.ARENA);

  private final BpfObject object;
  private final LoadOptions options;
  private final Features features;
  private final ObjectTypes types;
  private final List<Path> pinned = new ArrayList<>();

  MapLoader(BpfObject object, LoadOptions options, Features features, ObjectTypes types) {
    this.object = object;
    this.options = options;
    this.features = features;
    this.types = types;
  }

  /**
   * Makes a map, with its contents.
   *
   * @throws IllegalStateException if a map of another shape is pinned under its name
   */
  LoadedMap create(MapSpec declared) {
    MapSpec spec = declared.name().equals(".kconfig") ? configured(declared) : declared;
    Path place = options.pinFolder().resolve(spec.name());
    if (spec.traits().isPinned() && Files.exists(place)) {
      return reuse(spec, place);
    }
    LoadedMap map = make(spec);
    try {
      if (spec.name().startsWith(".rodata") || spec.name().equals(".kconfig")) {
        freeze(map);
      }
      if (spec.traits().isPinned()) {
        Bpf.pin(map.fd(), place.toString());
        pinned.add(place);
      }
      return map;
    } catch (RuntimeException failure) {
      map.close();
      throw failure;
    }
  }

  private LoadedMap make(MapSpec spec) {
    if (spec.traits().inner().isEmpty()) {
      return make(spec, Optional.empty());
    }
    // Only a template of what will be in it; the kernel keeps its shape, not the map.
    try (LoadedMap template = make(spec.traits().inner().get(), Optional.empty())) {
      return make(spec, Optional.of(template));
    }
  }

  private LoadedMap make(MapSpec declared, Optional<LoadedMap> inner) {
    MapSpec spec = declared.type() == MapType.RINGBUF ? withoutSizes(declared) : declared;
    int btf = WITHOUT_TYPES.contains(spec.type()) ? 0 : types.number();
    boolean hasTypes = btf != 0 && spec.traits().keyType() + spec.traits().valueType() != 0;
    try {
      return LoadedMap.create(spec, inner, hasTypes ? btf : 0);
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.EINVAL) {
        throw refused;
      }
      boolean isMapped = object.variables().stream().anyMatch(its -> its.map().equals(spec.name()));
      if (isMapped && (spec.flags() & MMAPABLE) != 0) {
        return LoadedMap.create(spec.withFlags(spec.flags() & ~MMAPABLE), inner, 0);
      }
      if (hasTypes) {
        return LoadedMap.create(spec, inner, 0);
      }
      throw refused;
    }
  }

  /** A ring buffer may declare the type of its records, of which the kernel will not hear. */
  private static MapSpec withoutSizes(MapSpec ring) {
    return new MapSpec(
        ring.name(),
        ring.type(),
        0,
        0,
        ring.maxEntries(),
        ring.flags(),
        ring.contents(),
        ring.traits());
  }

  private static void freeze(LoadedMap map) {
    try {
      map.freeze();
    } catch (SystemCallException refused) {
      // Before Linux 5.2 maps cannot be frozen; the verifier then knows less, that is all.
      if (refused.errno() != Errno.EINVAL) {
        throw refused;
      }
    }
  }

  private MapSpec configured(MapSpec spec) {
    KernelConfiguration configuration = KernelConfiguration.read();
    byte[] contents = new byte[spec.valueSize()];
    for (Extern extern : object.kconfig()) {
      byte[] value = configuration.value(extern, object.types().orElseThrow(), features);
      System.arraycopy(value, 0, contents, extern.offset(), value.length);
    }
    return spec.withContents(Bytes.of(contents));
  }

  private static LoadedMap reuse(MapSpec spec, Path place) {
    Fd fd = Bpf.pinned(place.toString());
    try {
      BpfMap map = BpfMap.of(fd);
      MapDescription there = map.describe();
      difference("type", spec.type().id(), there.type(), place);
      difference("key size", spec.keySize(), there.keySize(), place);
      difference("value size", spec.valueSize(), there.valueSize(), place);
      if (spec.type() != MapType.PERF_EVENT_ARRAY || spec.maxEntries() != 0) {
        difference("number of entries", spec.maxEntries(), there.maxEntries(), place);
      }
      difference("flags", spec.flags(), there.flags(), place);
      return LoadedMap.of(spec, map);
    } catch (RuntimeException failure) {
      fd.close();
      throw failure;
    }
  }

  private static void difference(String what, int wanted, int found, Path place) {
    if (wanted != found) {
      throw new IllegalStateException(
          place
              + ": the map pinned there has another "
              + what
              + " ("
              + found
              + ") than the program's ("
              + wanted
              + "); remove it, or pin in another folder");
    }
  }

  /** Takes away what was pinned, after a failure. */
  void unpin() {
    for (Path place : pinned) {
      try {
        Files.deleteIfExists(place);
      } catch (IOException failure) {
        throw new UncheckedIOException("cannot unpin " + place, failure);
      }
    }
  }

  /** Puts maps and programs where a map of them is declared to hold them from the start. */
  static void fillSlots(
      LoadedMap map, Map<String, LoadedMap> maps, Map<String, LoadedProgram> programs) {
    Map<Integer, String> slots = map.spec().traits().slots();
    if (slots.isEmpty()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      slots.forEach(
          (index, name) -> {
            Fd fd =
                maps.containsKey(name)
                    ? maps.get(name).fd()
                    : Optional.ofNullable(programs.get(name))
                        .map(LoadedProgram::fd)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "map '"
                                        + map.spec().name()
                                        + "': '"
                                        + name
                                        + "' is no map or loaded program"));
            key.set(ValueLayout.JAVA_INT, 0, index);
            value.set(ValueLayout.JAVA_INT, 0, fd.number());
            map.update(key, value);
          });
    }
  }
}
