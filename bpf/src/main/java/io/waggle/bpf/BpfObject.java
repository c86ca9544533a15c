package io.waggle.bpf;

import java.util.List;
import java.util.Optional;

/**
 * Programs and maps that belong together: what every front end produces and every engine takes.
 *
 * <p>A plain value. The same source gives an equal object on every machine; nothing here has asked
 * a kernel.
 *
 * @param license licence declared to the kernel, which offers GPL-only helpers to "GPL" and its
 *     compatible names (include/linux/license.h)
 */
public record BpfObject(String license, List<MapSpec> maps, List<ProgramSpec> programs) {
  public BpfObject {
    maps = List.copyOf(maps);
    programs = List.copyOf(programs);
  }

  /** The program of this name. */
  public Optional<ProgramSpec> program(String name) {
    return programs.stream().filter(program -> program.name().equals(name)).findFirst();
  }

  /** The map of this name. */
  public Optional<MapSpec> map(String name) {
    return maps.stream().filter(map -> map.name().equals(name)).findFirst();
  }
}
