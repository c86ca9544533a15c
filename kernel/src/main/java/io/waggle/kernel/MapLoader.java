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
import io.waggle.linux.KernelVersion;
import io.waggle.linux.MapDescription;
import io.waggle.linux.Mounts;
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
   * @throws MissingMapTypeException if the kernel is older than the type
   */
  LoadedMap create(MapSpec declared) {
    MapSpec spec = declared.name().equals(".kconfig") ? configured(declared) : declared;
    Path place = options.pinFolder().resolve(spec.name());
    if (spec.traits().isPinned() && Files.exists(place)) {
      return reuse(spec, place);
    }
    LoadedMap map = makeOrExplain(spec);
    try {
      if (spec.name().startsWith(".rodata") || spec.name().equals(".kconfig")) {
        freeze(map);
      }
      if (spec.traits().isPinned()) {
        pin(map, place);
        pinned.add(place);
      }
      return map;
    } catch (RuntimeException failure) {
      map.close();
      throw failure;
    }
  }

  private LoadedMap makeOrExplain(MapSpec spec) {
    try {
      return make(spec);
    } catch (SystemCallException refused) {
      KernelVersion since = KernelVersion.parse(spec.type().since());
      KernelVersion running = KernelVersion.running();
      boolean isOld = refused.errno() == Errno.EINVAL && running.compareTo(since) < 0;
      throw isOld ? new MissingMapTypeException(spec, running, refused) : refused;
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
      List<String> differences = differences(spec, map.describe());
      if (!differences.isEmpty()) {
        throw new IllegalStateException(
            place
                + ": the map pinned there is another than the program's: "
                + String.join(", ", differences)
                + "; remove it, or pin in another folder");
      }
      return LoadedMap.of(spec, map);
    } catch (RuntimeException failure) {
      fd.close();
      throw failure;
    }
  }

  private static List<String> differences(MapSpec spec, MapDescription there) {
    List<String> found = new ArrayList<>();
    String type = MapType.of(there.type()).map(MapType::name).orElse("type " + there.type());
    difference(found, "type", type, spec.type().name());
    difference(found, "key size", there.keySize(), spec.keySize());
    difference(found, "value size", there.valueSize(), spec.valueSize());
    if (spec.type() != MapType.PERF_EVENT_ARRAY || spec.maxEntries() != 0) {
      difference(found, "max entries", there.maxEntries(), spec.maxEntries());
    }
    difference(found, "flags", there.flags(), spec.flags());
    return found;
  }

  private static void difference(List<String> found, String what, Object there, Object wanted) {
    if (!there.equals(wanted)) {
      found.add(what + " " + there + " instead of " + wanted);
    }
  }

  /** Pins a map; where that fails for want of a BPF file system, says how to have one. */
  private static void pin(LoadedMap map, Path place) {
    try {
      Bpf.pin(map.fd(), place.toString());
    } catch (SystemCallException refused) {
      Path folder = place.toAbsolutePath().getParent();
      if (isBpfFileSystem(folder)) {
        throw refused;
      }
      throw new IllegalStateException(
          "map '"
              + map.spec().name()
              + "' is to be pinned in "
              + folder
              + ", which is no folder of a BPF file system; mount one: mount -t bpf bpf "
              + Mounts.find("bpf").map(Path::toString).orElse("/sys/fs/bpf"),
          refused);
    }
  }

  private static boolean isBpfFileSystem(Path folder) {
    try {
      return Files.getFileStore(folder).type().equals("bpf");
    } catch (IOException absent) {
      return false;
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
