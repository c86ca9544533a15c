package io.waggle.kernel;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.ProgramSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link BpfObject} alive in the kernel: its maps, its programs and the links that were attached
 * through it. Owner of all three; closing detaches first and frees then, in reverse order.
 */
public final class LoadedObject implements AutoCloseable {
  private final Map<String, LoadedMap> maps = new LinkedHashMap<>();
  private final Map<String, LoadedProgram> programs = new LinkedHashMap<>();
  private final List<Link> links = new ArrayList<>();

  private LoadedObject() {}

  static LoadedObject load(
      BpfObject object, LoadOptions options, Features features, KernelTypes kernelTypes) {
    LoadedObject loaded = new LoadedObject();
    Optional<MapLoader> mapLoader = Optional.empty();
    try (ObjectTypes types = ObjectTypes.load(object)) {
      MapLoader maps = new MapLoader(object, options, features, types);
      mapLoader = Optional.of(maps);
      for (MapSpec map : object.maps()) {
        loaded.maps.put(map.name(), maps.create(map));
      }
      ProgramLoader programLoader =
          new ProgramLoader(object, options, features, kernelTypes, types, loaded::map);
      for (ProgramSpec program : object.programs()) {
        if (program.autoload()) {
          loaded.programs.put(program.name(), programLoader.load(program));
        }
      }
      for (LoadedMap map : loaded.maps.values()) {
        MapLoader.fillSlots(map, loaded.maps, loaded.programs);
      }
      return loaded;
    } catch (RuntimeException | Error failure) {
      mapLoader.ifPresent(MapLoader::unpin);
      loaded.close();
      throw failure;
    }
  }

  /**
   * The map of this name.
   *
   * @throws IllegalArgumentException when the object has none
   */
  public LoadedMap map(String name) {
    LoadedMap map = maps.get(name);
    if (map == null) {
      throw new IllegalArgumentException("no map '" + name + "' among " + maps.keySet());
    }
    return map;
  }

  /**
   * The program of this name.
   *
   * @throws IllegalArgumentException when the object has none
   */
  public LoadedProgram program(String name) {
    LoadedProgram program = programs.get(name);
    if (program == null) {
      throw new IllegalArgumentException("no program '" + name + "' among " + programs.keySet());
    }
    return program;
  }

  /** All programs, in the object's order. */
  public List<LoadedProgram> programs() {
    return List.copyOf(programs.values());
  }

  /**
   * Attaches a program; the link lives until it or this object is closed.
   *
   * @throws AttachException when the place does not exist or the kernel refuses
   */
  public Link attach(String program, AttachPoint point) {
    Link link = point.attach(program(program));
    links.add(link);
    return link;
  }

  /**
   * Attaches every loaded program where its section says. A failure detaches what this call had
   * attached.
   *
   * @return the programs whose sections leave it to the user, such as {@code xdp}, which are not
   *     attached
   * @throws AttachException when a place does not exist or the kernel refuses
   */
  public List<LoadedProgram> attachAll() {
    List<LoadedProgram> left = new ArrayList<>();
    int before = links.size();
    try {
      for (LoadedProgram program : programs.values()) {
        Optional<AttachPoint> point = SectionAttach.of(program);
        if (point.isPresent()) {
          links.add(point.get().attach(program));
        } else {
          left.add(program);
        }
      }
      return left;
    } catch (RuntimeException failure) {
      while (links.size() > before) {
        links.removeLast().close();
      }
      throw failure;
    }
  }

  /** Detaches everything that was attached through this object. */
  public void detach() {
    for (int i = links.size() - 1; i >= 0; i--) {
      links.get(i).close();
    }
    links.clear();
  }

  /**
   * Opens the ring buffer of this name for reading; the caller closes it before this object.
   *
   * @throws IllegalArgumentException when there is no such map or it is no ring buffer
   */
  public RingBuffer ringBuffer(String name) {
    return RingBuffer.open(map(name));
  }

  /**
   * Opens the perf event array of this name for reading on every online CPU; the caller closes it
   * before this object.
   *
   * @param bytesPerCpu size of each CPU's buffer, rounded up to a power of two of pages
   * @throws IllegalArgumentException when there is no such map or it is no perf event array
   */
  public PerfBuffer perfBuffer(String name, int bytesPerCpu) {
    return PerfBuffer.open(map(name), bytesPerCpu);
  }

  @Override
  public void close() {
    detach();
    programs.values().forEach(LoadedProgram::close);
    maps.values().forEach(LoadedMap::close);
  }
}
