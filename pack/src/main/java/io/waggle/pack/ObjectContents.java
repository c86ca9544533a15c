package io.waggle.pack;

import io.waggle.bpf.Bytes;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an object file says of itself: its types, the variables of each section and where they lie,
 * the maps with the types of their keys and values, the programs.
 *
 * @param types of the file, empty if it was compiled without {@code -g}
 */
record ObjectContents(
    String name,
    Optional<Btf> types,
    List<VariableSection> sections,
    List<DeclaredMap> maps,
    List<DeclaredProgram> programs) {

  private static final int STATIC = 0; // BTF_VAR_STATIC

  /** The section of that name. */
  Optional<VariableSection> section(String wanted) {
    return sections.stream().filter(section -> section.name().equals(wanted)).findFirst();
  }

  /** Variables of {@code .rodata}, {@code .data} or {@code .bss}. */
  record VariableSection(String name, byte[] contents, List<DeclaredVariable> variables) {}

  /**
   * A variable that other files may name, not a static one.
   *
   * @param offset from its section's start, bytes
   * @param type by number
   */
  record DeclaredVariable(String name, long offset, int type) {}

  /**
   * A map.
   *
   * @param kind the number of its {@code BPF_MAP_TYPE_}
   * @param key type by number, empty if only its size is declared
   * @param value as {@code key}
   */
  record DeclaredMap(String name, int kind, OptionalInt key, OptionalInt value) {}

  /** A program and the name of its section. */
  record DeclaredProgram(String name, String section) {}

  /**
   * Reads an object file.
   *
   * @throws io.waggle.formats.FormatException if it is no ELF file or a damaged one
   */
  static ObjectContents read(String name, Bytes object) {
    try (ElfFile elf = ElfFile.of(name, MemorySegment.ofArray(object.toArray()))) {
      Optional<Btf> types = Btf.of(elf);
      List<Symbol> symbols = symbols(elf);
      return new ObjectContents(
          name,
          types,
          types.map(btf -> sections(elf, btf, symbols)).orElse(List.of()),
          types.map(ObjectContents::maps).orElse(List.of()),
          programs(elf, symbols));
    }
  }

  /** The map of that name, if it is declared with types. */
  Optional<DeclaredMap> map(String wanted) {
    return maps.stream().filter(map -> map.name().equals(wanted)).findFirst();
  }

  private static List<Symbol> symbols(ElfFile elf) {
    List<Symbol> symbols = new ArrayList<>();
    Optional<SymbolTable> table = elf.symbols();
    for (int i = 0; table.isPresent() && i < table.get().count(); i++) {
      symbols.add(table.get().symbol(i));
    }
    return symbols;
  }

  private static List<VariableSection> sections(ElfFile elf, Btf btf, List<Symbol> symbols) {
    List<VariableSection> found = new ArrayList<>();
    List<Section> sections = elf.sections();
    for (int index = 0; index < sections.size(); index++) {
      Section section = sections.get(index);
      if (isVariables(section.name())) {
        OptionalInt type = btf.find(BtfKind.DATASEC, section.name());
        found.add(
            new VariableSection(
                section.name(),
                contents(elf, section),
                type.isPresent() && btf.type(type.getAsInt()) instanceof BtfType.DataSection data
                    ? variables(btf, data, symbols, index)
                    : List.of()));
      }
    }
    return found;
  }

  private static byte[] contents(ElfFile elf, Section section) {
    if (section.type() == Section.NOBITS) {
      return new byte[0];
    }
    var bytes = elf.content(section);
    return bytes.copy(0, bytes.size());
  }

  private static boolean isVariables(String name) {
    for (String kind : new String[] {".rodata", ".data", ".bss"}) {
      if (name.equals(kind) || name.startsWith(kind + '.')) {
        return true;
      }
    }
    return false;
  }

  /** The compiler leaves it to the linker to write offsets into BTF, so symbols tell them. */
  private static List<DeclaredVariable> variables(
      Btf btf, BtfType.DataSection data, List<Symbol> symbols, int section) {
    Map<String, Long> places = new HashMap<>();
    for (Symbol symbol : symbols) {
      if (symbol.section() == section && symbol.type() == Symbol.OBJECT) {
        places.put(symbol.name(), symbol.value());
      }
    }
    List<DeclaredVariable> variables = new ArrayList<>();
    for (BtfType.Placed placed : data.variables()) {
      if (btf.type(placed.variable()) instanceof BtfType.Variable variable
          && variable.linkage() != STATIC) {
        long offset = places.getOrDefault(variable.name(), placed.offset());
        variables.add(new DeclaredVariable(variable.name(), offset, variable.type()));
      }
    }
    return variables;
  }

  private static List<DeclaredMap> maps(Btf btf) {
    List<DeclaredMap> maps = new ArrayList<>();
    OptionalInt section = btf.find(BtfKind.DATASEC, ".maps");
    if (section.isPresent() && btf.type(section.getAsInt()) instanceof BtfType.DataSection data) {
      for (BtfType.Placed placed : data.variables()) {
        if (btf.type(placed.variable()) instanceof BtfType.Variable variable
            && btf.type(btf.strip(variable.type())) instanceof BtfType.Struct declared) {
          maps.add(map(btf, variable.name(), declared));
        }
      }
    }
    return maps;
  }

  private static DeclaredMap map(Btf btf, String name, BtfType.Struct declared) {
    int kind = 0;
    OptionalInt key = OptionalInt.empty();
    OptionalInt value = OptionalInt.empty();
    for (BtfType.Member member : declared.members()) {
      if (btf.type(btf.strip(member.type())) instanceof BtfType.Pointer pointer) {
        int target = pointer.target();
        switch (member.name()) {
          case "type" -> kind = (int) (btf.type(target) instanceof BtfType.Array a ? a.count() : 0);
          case "key" -> key = OptionalInt.of(target);
          case "value" -> value = OptionalInt.of(target);
          default -> {}
        }
      }
    }
    return new DeclaredMap(name, kind, key, value);
  }

  private static List<DeclaredProgram> programs(ElfFile elf, List<Symbol> symbols) {
    List<Section> sections = elf.sections();
    List<DeclaredProgram> programs = new ArrayList<>();
    for (int index = 0; index < sections.size(); index++) {
      Section section = sections.get(index);
      if (!section.isExecutable() || section.name().equals(".text")) {
        continue;
      }
      int own = index;
      symbols.stream()
          .filter(symbol -> symbol.isFunction() && symbol.section() == own)
          .sorted((a, b) -> Long.compareUnsigned(a.value(), b.value()))
          .forEach(symbol -> programs.add(new DeclaredProgram(symbol.name(), section.name())));
    }
    return programs;
  }
}
