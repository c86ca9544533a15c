package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.elf.ElfFile;
import java.lang.foreign.MemorySegment;
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
 * @param types of its variables, maps and functions, in a form that the kernel takes
 * @param kconfig what the loader puts into map {@code .kconfig}
 */
public record BpfObject(
    String license,
    List<MapSpec> maps,
    List<ProgramSpec> programs,
    Optional<Btf> types,
    List<Extern> kconfig) {
  public BpfObject {
    maps = List.copyOf(maps);
    programs = List.copyOf(programs);
    kconfig = List.copyOf(kconfig);
  }

  /** An object without types of its own. */
  public BpfObject(String license, List<MapSpec> maps, List<ProgramSpec> programs) {
    this(license, maps, programs, Optional.empty(), List.of());
  }

  /**
   * Reads an object file that clang made for target {@code bpf}, by libbpf's conventions: programs
   * by section name, maps declared in {@code .maps}, and each of {@code .rodata}, {@code .data} and
   * {@code .bss} as an array map named after the section.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws io.waggle.formats.FormatException if it is no ELF file or a damaged one
   * @throws DecodeException if a program holds bytes that are no instruction
   * @throws ObjectException if it declares what is unknown, or refers to symbols that neither it
   *     nor the kernel defines
   */
  public static BpfObject read(Path file) {
    try (ElfFile elf = ElfFile.open(file)) {
      return ObjectReader.read(elf);
    }
  }

  /**
   * As {@link #read(Path)}, of a file in memory.
   *
   * @param name what errors call it
   */
  public static BpfObject read(String name, Bytes file) {
    try (ElfFile elf = ElfFile.of(name, MemorySegment.ofArray(file.toArray()))) {
      return ObjectReader.read(elf);
    }
  }

  /** The program of this name. */
  public Optional<ProgramSpec> program(String name) {
    return programs.stream().filter(program -> program.name().equals(name)).findFirst();
  }

  /** The variables of the object, in order of section and place. */
  public List<GlobalVariable> variables() {
    return GlobalVariable.of(this);
  }

  /**
   * The same object with another initial value of a variable.
   *
   * @param value a number, a boolean, text for an array of characters, an enumeration's value by
   *     name, or bytes of the variable's size
   * @throws IllegalArgumentException if there is no such variable, or the value is not one of it
   */
  public BpfObject set(String variable, Object value) {
    return GlobalVariable.set(this, variable, value);
  }

  /** The same object with other maps, in the same order. */
  public BpfObject withMaps(List<MapSpec> others) {
    return new BpfObject(license, others, programs, types, kconfig);
  }

  /** The same object with other programs. */
  public BpfObject withPrograms(List<ProgramSpec> others) {
    return new BpfObject(license, maps, others, types, kconfig);
  }

  /** The same object, with a program loaded or left out when it is loaded. */
  public BpfObject withAutoload(String program, boolean load) {
    return withPrograms(
        programs.stream()
            .map(its -> its.name().equals(program) ? its.withAutoload(load) : its)
            .toList());
  }

  /** The map of this name. */
  public Optional<MapSpec> map(String name) {
    return maps.stream().filter(map -> map.name().equals(name)).findFirst();
  }
}
