package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.ElfHeader;
import io.waggle.formats.elf.Relocation;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ELF to {@link BpfObject}, by libbpf's conventions for sections and symbols. */
final class ObjectReader {
  private static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;

  private final ElfFile elf;
  private final List<Symbol> symbols = new ArrayList<>();
  private final List<MapSpec> maps = new ArrayList<>();

  /** Relocations of each section, by offset. */
  private final Map<Integer, Map<Long, Relocation>> relocations = new HashMap<>();

  private ObjectReader(ElfFile elf) {
    this.elf = elf;
  }

  static BpfObject read(ElfFile elf) {
    if (elf.header().machine() != ElfHeader.BPF) {
      throw new ObjectException(
          elf.name(), "header", "machine " + elf.header().machine() + " is not BPF (247)");
    }
    return new ObjectReader(elf).object();
  }

  private BpfObject object() {
    SymbolTable table = elf.symbols().orElseThrow(() -> problem("file", "it has no symbol table"));
    for (int i = 0; i < table.count(); i++) {
      symbols.add(table.symbol(i));
    }
    refuseCoreRelocations();
    String license = "";
    Optional<Btf> types = Btf.of(elf);
    for (Section section : elf.sections()) {
      String name = section.name();
      if (name.equals("maps")) {
        throw problem(name, "maps of the old form; declare them in .maps with BTF types");
      } else if (name.equals(".maps")) {
        maps.addAll(
            MapDeclarations.read(
                elf.name(), types.orElseThrow(() -> problem(name, "needs BTF: compile with -g"))));
      } else if (name.equals("license")) {
        license = elf.content(section).string(0);
      } else if (isVariables(name) && section.size() > 0) {
        maps.add(variables(section));
      } else if (section.type() == Section.REL) {
        Map<Long, Relocation> places =
            relocations.computeIfAbsent(section.info(), index -> new HashMap<>());
        elf.relocations(section).forEach(relocation -> places.put(relocation.offset(), relocation));
      }
    }
    return new BpfObject(license, maps, programs());
  }

  private List<ProgramSpec> programs() {
    List<ProgramSpec> programs = new ArrayList<>();
    for (Symbol symbol : symbols) {
      if (symbol.isFunction()) {
        Section section = section(symbol);
        if (section.isExecutable() && !section.name().equals(".text")) {
          programs.add(program(symbol, section));
        }
      }
    }
    return programs;
  }

  private ProgramSpec program(Symbol symbol, Section section) {
    SectionName name =
        SectionName.of(section.name())
            .orElseThrow(() -> problem("section " + section.name(), "no such kind of program"));
    return new ProgramSpec(
        symbol.name(),
        name.type(),
        name.expectedAttach(),
        section.name(),
        name.flags(),
        new ProgramLinker(this, symbol).link(),
        List.of());
  }

  private MapSpec variables(Section section) {
    if (section.size() < 0 || section.size() > Integer.MAX_VALUE) {
      throw problem("section " + section.name(), "it is not smaller than 2^31 bytes");
    }
    int flags = section.name().startsWith(".rodata") ? READ_ONLY_FOR_PROGRAMS : 0;
    io.waggle.formats.Bytes content = elf.content(section);
    return new MapSpec(
        section.name(),
        MapType.ARRAY,
        4,
        (int) section.size(),
        1,
        flags,
        Bytes.of(content.copy(0, content.size())));
  }

  private static boolean isVariables(String name) {
    return name.equals(".bss")
        || name.startsWith(".bss.")
        || name.equals(".data")
        || name.startsWith(".data.")
        || name.equals(".rodata")
        || name.startsWith(".rodata.");
  }

  /** Code that still needs the kernel's types would read wrong fields: better not to load it. */
  private void refuseCoreRelocations() {
    Optional<Section> extension = elf.section(".BTF.ext");
    if (extension.isEmpty()) {
      return;
    }
    io.waggle.formats.Bytes header = elf.content(extension.get());
    long headerSize = header.u32(4);
    if (headerSize >= 32 && header.u32(28) > 0) {
      throw problem(".BTF.ext", "CO-RE relocations are not supported yet");
    }
  }

  Optional<Relocation> relocation(int section, long offset) {
    return Optional.ofNullable(relocations.getOrDefault(section, Map.of()).get(offset));
  }

  Symbol symbol(Relocation relocation) {
    if (relocation.symbol() < 0 || relocation.symbol() >= symbols.size()) {
      throw problem("relocation", "there is no symbol " + relocation.symbol());
    }
    return symbols.get(relocation.symbol());
  }

  /** The function that starts at {@code offset} of a section. */
  Symbol function(int section, long offset) {
    for (Symbol symbol : symbols) {
      if (symbol.isFunction() && symbol.section() == section && symbol.value() == offset) {
        return symbol;
      }
    }
    throw problem("section " + section, "no function starts at byte " + offset);
  }

  List<Instruction> code(Symbol function) {
    byte[] bytes = elf.content(section(function)).copy(function.value(), size(function));
    return Decoder.decode(bytes, elf.header().order());
  }

  /** What a wide load of {@code symbol}, a map or variables, means. */
  WideSource source(Symbol symbol, int addend) {
    Section section = section(symbol);
    if (section.name().equals(".maps")) {
      return new WideSource.Map(symbol.name());
    }
    if (isVariables(section.name())) {
      return new WideSource.MapValue(section.name(), (int) symbol.value() + addend);
    }
    throw problem("symbol " + symbol.name(), "no map, variable or function");
  }

  Section section(Symbol symbol) {
    if (symbol.section() <= 0 || symbol.section() >= elf.sections().size()) {
      throw problem("symbol " + symbol.name(), "it is not defined in this object");
    }
    return elf.sections().get(symbol.section());
  }

  ObjectException problem(String where, String what) {
    return new ObjectException(elf.name(), where, what);
  }

  private int size(Symbol function) {
    if (function.size() < 0 || function.size() > Integer.MAX_VALUE) {
      throw problem("function " + function.name(), "it is too large");
    }
    return (int) function.size();
  }
}
