package io.waggle.kernel;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.GlobalVariable;
import io.waggle.bpf.MapType;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.values.RecordType;
import io.waggle.bpf.values.ValueType;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.Mapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@link BpfObject} alive in the kernel: its maps, its programs and the links that were attached
 * through it. Owner of all three; closing detaches first and frees then, in reverse order.
 */
public final class LoadedObject implements AutoCloseable {
  private final Map<String, LoadedMap> maps;
  private final Map<String, LoadedProgram> programs;
  private final Map<String, StructOps> tables;
  private final Optional<Btf> types;
  private final List<GlobalVariable> variables;
  private final Map<String, Optional<Mapping>> memories = new HashMap<>();
  private final List<Link> links = new ArrayList<>();
  private final List<TypedRing<?>> rings = new ArrayList<>();

  /**
   * Takes over what has been loaded; {@code tables} are the struct_ops among the maps, {@code
   * types} the object's own.
   */
  LoadedObject(
      List<GlobalVariable> variables,
      Map<String, LoadedMap> maps,
      Map<String, LoadedProgram> programs,
      Map<String, StructOps> tables,
      Optional<Btf> types) {
    this.variables = variables;
    this.maps = maps;
    this.programs = programs;
    this.tables = tables;
    this.types = types;
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
   * Hands a table of functions, declared in section {@code .struct_ops} or {@code
   * .struct_ops.link}, to the kernel, which calls its programs until the link or this object is
   * closed.
   *
   * @param name of the variable that declares it
   * @throws IllegalArgumentException when the object has none of that name
   * @throws io.waggle.linux.SystemCallException when the kernel refuses it
   */
  public Link attachStructOps(String name) {
    StructOps table = tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("no struct_ops '" + name + "' among " + tables.keySet());
    }
    Link link = table.attach(map(name), this::program);
    links.add(link);
    return link;
  }

  /**
   * Attaches every loaded program where its section says, and every table of functions. A failure
   * detaches what this call had attached.
   *
   * @return the programs whose sections leave it to the user, such as {@code xdp}, which are not
   *     attached
   * @throws AttachException when a place does not exist or the kernel refuses
   */
  public List<LoadedProgram> attachAll() {
    List<LoadedProgram> left = new ArrayList<>();
    // All places first: a probe that follows close upon another spares the kernel a grace period
    // (dup_mmap_sem, kernel/events/uprobes.c), and a wrong name is found before anything runs.
    Map<LoadedProgram, AttachPoint> points = new LinkedHashMap<>();
    for (LoadedProgram program : programs.values()) {
      Optional<AttachPoint> point = SectionAttach.of(program);
      if (point.isPresent()) {
        points.put(program, point.get());
      } else if (program.spec().type() != ProgramType.STRUCT_OPS) {
        left.add(program);
      }
    }
    int before = links.size();
    try {
      points.forEach((program, point) -> links.add(point.attach(program)));
      tables.keySet().forEach(this::attachStructOps);
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
   * Opens the ring buffer of this name for reading as records, whose members are found in the
   * object's types (BTF): in the structure that the map declares as its value, else in the one
   * called as the record ({@code struct file_opened} for {@code FileOpened}), else in {@code struct
   * event}. It is this object's, which closes it.
   *
   * @throws IllegalArgumentException when there is no such map or it is no ring buffer
   * @throws io.waggle.bpf.values.ValueException if there is no such structure, or the record does
   *     not fit it
   */
  public <T extends Record> TypedRing<T> ringBuffer(String name, Class<T> record) {
    return ring(name, RecordType.of(record, EventStructure.of(types, map(name).spec(), record)));
  }

  /** As {@link #ringBuffer(String, Class)}, of a structure that is named. */
  public <T extends Record> TypedRing<T> ringBuffer(
      String name, String structure, Class<T> record) {
    ValueType type = EventStructure.named(types, map(name).spec(), Set.of(structure));
    return ring(name, RecordType.of(record, type));
  }

  private <T extends Record> TypedRing<T> ring(String name, RecordType<T> type) {
    TypedRing<T> ring = new TypedRing<>(ringBuffer(name), type);
    rings.add(ring);
    return ring;
  }

  /**
   * Opens the user ring buffer of this name for sending to programs; the caller closes it before
   * this object.
   *
   * @throws IllegalArgumentException when there is no such map or it is no user ring buffer
   */
  public UserRingBuffer userRingBuffer(String name) {
    return UserRingBuffer.open(map(name));
  }

  /**
   * The variable of this name, as programs see it now.
   *
   * @throws IllegalArgumentException when the object has none
   */
  public LoadedVariable variable(String name) {
    List<String> names = new ArrayList<>();
    for (GlobalVariable variable : variables) {
      if (variable.name().equals(name) && maps.containsKey(variable.map())) {
        LoadedMap map = map(variable.map());
        Optional<Mapping> memory =
            map.spec().type() == MapType.ARENA ? Optional.of(map.arena()) : memory(variable.map());
        return new LoadedVariable(variable, map, memory);
      }
      names.add(variable.name());
    }
    String hint = Nearest.hint(name, names);
    throw new IllegalArgumentException(
        "no variable '" + name + "'" + (hint.isEmpty() ? " among " + names : " (" + hint + ")"));
  }

  /** The memory of a section of variables, where the kernel shares it; mapped once. */
  private Optional<Mapping> memory(String map) {
    return memories.computeIfAbsent(map, its -> map(its).memory());
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
    memories.values().forEach(its -> its.ifPresent(Mapping::close));
    memories.clear();
    rings.forEach(TypedRing::close);
    programs.values().forEach(LoadedProgram::close);
    maps.values().forEach(LoadedMap::close);
  }
}
