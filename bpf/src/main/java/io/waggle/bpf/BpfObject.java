package io.waggle.bpf;

import io.waggle.formats.elf.ElfFile;
import java.nio.file.Path;
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

  /**
   * Reads an object file that clang made for target {@code bpf}, by libbpf's conventions: programs
   * by section name, maps declared in {@code .maps}, and each of {@code .rodata}, {@code .data} and
   * {@code .bss} as an array map named after the section.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws io.waggle.formats.FormatException if it is no ELF file or a damaged one
   * @throws DecodeException if a program holds bytes that are no instruction
   * @throws ObjectException if it declares what is unknown, refers to symbols that it does not
   *     define, or has CO-RE relocations
   */
  public static BpfObject read(Path file) {
    try (ElfFile elf = ElfFile.open(file)) {
      return ObjectReader.read(elf);
    }
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
