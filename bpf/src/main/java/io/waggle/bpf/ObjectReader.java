package io.waggle.bpf;

import io.waggle.bpf.core.CoreKind;
import io.waggle.bpf.core.CoreRelocation;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfExtension;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.ElfHeader;
import io.waggle.formats.elf.Relocation;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** ELF to {@link BpfObject}, by libbpf's conventions for sections and symbols. */
final class ObjectReader {
  private static final int MMAPABLE = 1 << 10;
  private static final String EXCEPTION_CALLBACK = "exception_callback:";
  private static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;
  private static final String KCONFIG = ".kconfig";

  /** Where clang puts variables of an arena, {@code __arena}. */
  static final String ARENA_VARIABLES = ".addr_space.1";

  private final ElfFile elf;
  private final List<Symbol> symbols = new ArrayList<>();

  /** Relocations of each section, by offset. */
  private final Map<Integer, Map<Long, Relocation>> relocations = new HashMap<>();

  /** Functions that no other object may see. */
  private final Set<String> hidden = new HashSet<>();

  /** The name of the map that holds variables of arenas; empty if there are none. */
  private String arena = "";

  private Optional<Btf> types = Optional.empty();
  private BtfExtension extension = BtfExtension.EMPTY;
  private Externs externs = Externs.NONE;

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
      boolean isSeen =
          table.visibility(i) != Symbol.HIDDEN && table.visibility(i) != Symbol.INTERNAL;
      if (!isSeen && symbols.getLast().isFunction()) {
        hidden.add(symbols.getLast().name());
      }
    }
    for (Section section : elf.sections()) {
      if (section.type() == Section.REL) {
        Map<Long, Relocation> places =
            relocations.computeIfAbsent(section.info(), index -> new HashMap<>());
        elf.relocations(section).forEach(relocation -> places.put(relocation.offset(), relocation));
      }
    }
    readTypes();
    String license = "";
    List<MapSpec> maps = new ArrayList<>();
    for (Section section : elf.sections()) {
      String name = section.name();
      if (name.equals("maps")) {
        throw problem(
            name,
            "maps of the old form (struct bpf_map_def). Declare each as struct {"
                + " __uint(type, BPF_MAP_TYPE_HASH); __type(key, u32); __type(value, u64);"
                + " __uint(max_entries, 1024); } NAME SEC(\".maps\"); and compile with -g");
      } else if (name.equals(".maps")) {
        maps.addAll(maps(section));
      } else if (StructOpsDeclarations.is(name)) {
        maps.addAll(structOps(section));
      } else if (name.equals("license")) {
        license = elf.content(section).string(0);
      } else if (isVariables(name) && section.size() > 0) {
        maps.add(variables(section));
      }
    }
    externs.map(KCONFIG).ifPresent(maps::add);
    elf.section(ARENA_VARIABLES).ifPresent(section -> putIntoArena(section, maps));
    return new BpfObject(license, maps, programs(), types, externs.kconfig());
  }

  private void readTypes() {
    Optional<Btf> raw = Btf.of(elf);
    if (raw.isPresent()) {
      extension = BtfExtension.of(elf, raw.get());
      externs = Externs.of(raw.get(), this);
      types = Optional.of(LoadableTypes.of(elf, symbols, hidden, raw.get(), extension));
    }
  }

  private List<MapSpec> maps(Section section) {
    Map<Long, Relocation> places = relocations.getOrDefault(section.index(), Map.of());
    return MapDeclarations.read(
        elf.name(),
        types.orElseThrow(() -> problem(section.name(), "needs BTF: compile with -g")),
        offset -> Optional.ofNullable(places.get(offset)).map(this::symbol).map(Symbol::name));
  }

  private List<MapSpec> structOps(Section section) {
    Map<Long, Relocation> places = relocations.getOrDefault(section.index(), Map.of());
    return StructOpsDeclarations.read(
        elf.name(),
        section,
        elf.content(section),
        types.orElseThrow(() -> problem(section.name(), "needs BTF: compile with -g")),
        offset -> Optional.ofNullable(places.get(offset)).map(this::symbol).map(Symbol::name));
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
            .orElseThrow(
                () ->
                    problem(
                        "section " + section.name(),
                        "no such kind of program" + SectionName.suggestion(section.name())));
    ProgramLinker linker = new ProgramLinker(this, symbol);
    List<Instruction> code = linker.link();
    return new ProgramSpec(
        symbol.name(),
        name.type(),
        name.expectedAttach(),
        section.name(),
        name.flags(),
        code,
        linker.lines(),
        linker.functions(),
        linker.relocations(),
        !section.name().startsWith("?"));
  }

  private MapSpec variables(Section section) {
    if (section.size() < 0 || section.size() > Integer.MAX_VALUE) {
      throw problem("section " + section.name(), "it is not smaller than 2^31 bytes");
    }
    int flags = section.name().startsWith(".rodata") ? READ_ONLY_FOR_PROGRAMS : MMAPABLE;
    io.waggle.formats.Bytes content = elf.content(section);
    int type = types.map(its -> its.find(BtfKind.DATASEC, section.name())).orElse(NONE).orElse(0);
    return new MapSpec(
        section.name(),
        MapType.ARRAY,
        4,
        (int) section.size(),
        1,
        flags,
        Bytes.of(content.copy(0, content.size())),
        MapSpec.Traits.NONE.withTypes(0, type));
  }

  /** The variables are what the arena begins with. */
  private void putIntoArena(Section section, List<MapSpec> maps) {
    List<MapSpec> arenas = maps.stream().filter(its -> its.type() == MapType.ARENA).toList();
    if (arenas.size() != 1) {
      throw problem(
          "section " + section.name(),
          "variables of an arena need one map of type BPF_MAP_TYPE_ARENA in .maps, there are "
              + arenas.size());
    }
    io.waggle.formats.Bytes content = elf.content(section);
    byte[] bytes = content.copy(0, content.size());
    if (bytes.length > 4096L * arenas.getFirst().maxEntries()) {
      throw problem(
          "map " + arenas.getFirst().name(),
          "its variables take " + bytes.length + " bytes; give it max_entries (pages) for them");
    }
    maps.set(maps.indexOf(arenas.getFirst()), arenas.getFirst().withContents(Bytes.of(bytes)));
    arena = arenas.getFirst().name();
  }

  private static final OptionalInt NONE = OptionalInt.empty();

  private static boolean isVariables(String name) {
    return name.equals(".bss")
        || name.startsWith(".bss.")
        || name.equals(".data")
        || name.startsWith(".data.")
        || name.equals(".rodata")
        || name.startsWith(".rodata.");
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

  /** Whether a symbol is another's to define, and if so whether it may be missing. */
  Optional<Boolean> undefined(String name) {
    for (Symbol symbol : symbols) {
      if (symbol.section() == Symbol.UNDEFINED && symbol.name().equals(name)) {
        return Optional.of(symbol.binding() == Symbol.WEAK);
      }
    }
    return Optional.empty();
  }

  Externs externs() {
    return externs;
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

  /** Where the function's code comes from; {@code start} is its first slot in the program. */
  List<SourceLine> lines(Symbol function, int start) {
    List<SourceLine> lines = new ArrayList<>();
    for (BtfExtension.LineRecord line : extension.lines()) {
      if (covers(function, line.section(), line.offset())) {
        lines.add(
            new SourceLine(
                slot(function, line.offset(), start),
                line.file(),
                line.line(),
                line.column(),
                line.text()));
      }
    }
    return lines;
  }

  /** What the function wants to know of the kernel's types. */
  List<CoreRelocation> coreRelocations(Symbol function, int start) {
    List<CoreRelocation> relocations = new ArrayList<>();
    for (BtfExtension.CoreRecord record : extension.relocations()) {
      if (covers(function, record.section(), record.offset())) {
        relocations.add(
            new CoreRelocation(
                slot(function, record.offset(), start),
                record.type(),
                record.access(),
                CoreKind.of(record.kind())
                    .orElseThrow(
                        () ->
                            problem(
                                "function " + function.name(),
                                "a CO-RE relocation of unknown kind " + record.kind()))));
      }
    }
    return relocations;
  }

  /**
   * The function that gets what the program throws: named by a tag of the program, {@code
   * exception_callback:NAME}, and called by nobody.
   */
  Optional<Symbol> exceptionCallback(Symbol program) {
    if (types.isEmpty()) {
      return Optional.empty();
    }
    Btf all = types.get();
    for (int type = 1; type < all.count(); type++) {
      if (all.kind(type) == BtfKind.DECL_TAG
          && all.type(type) instanceof BtfType.DeclarationTag tag
          && tag.word().startsWith(EXCEPTION_CALLBACK)
          && all.type(tag.target()) instanceof BtfType.Function function
          && function.name().equals(program.name())) {
        String name = tag.word().substring(EXCEPTION_CALLBACK.length());
        return Optional.of(
            symbols.stream()
                .filter(symbol -> symbol.isFunction() && symbol.name().equals(name))
                .findFirst()
                .orElseThrow(
                    () ->
                        problem(
                            "function " + program.name(),
                            "its exception callback " + name + " is not defined")));
      }
    }
    return Optional.empty();
  }

  /** The function as the kernel is told of it; empty if the object has no types. */
  Optional<FunctionStart> start(Symbol function, int start) {
    for (BtfExtension.FunctionRecord record : extension.functions()) {
      if (record.offset() == function.value()
          && record.section().equals(section(function).name())) {
        Btf all = types.orElseThrow();
        int parameters =
            all.type(record.type()) instanceof BtfType.Function its
                    && all.type(its.prototype()) instanceof BtfType.Prototype prototype
                ? prototype.parameters().size()
                : 0;
        return Optional.of(new FunctionStart(start, function.name(), parameters, record.type()));
      }
    }
    return Optional.empty();
  }

  private boolean covers(Symbol function, String section, long offset) {
    return offset >= function.value()
        && offset < function.value() + function.size()
        && section.equals(section(function).name());
  }

  private static int slot(Symbol function, long offset, int start) {
    return start + (int) ((offset - function.value()) / 8);
  }

  /** What a wide load of {@code symbol}, a map, a variable or something of the kernel's, means. */
  WideSource source(Symbol symbol, int addend) {
    if (symbol.section() == Symbol.UNDEFINED) {
      return externs.source(symbol, addend).orElseThrow(() -> undefined(symbol));
    }
    Section section = section(symbol);
    if (section.name().equals(".maps")) {
      return new WideSource.Map(symbol.name());
    }
    if (section.name().equals(ARENA_VARIABLES)) {
      return new WideSource.MapValue(arena, (int) symbol.value() + addend);
    }
    if (isVariables(section.name())) {
      return new WideSource.MapValue(section.name(), (int) symbol.value() + addend);
    }
    throw problem("symbol " + symbol.name(), "no map, variable or function");
  }

  Section section(Symbol symbol) {
    if (symbol.section() == Symbol.UNDEFINED) {
      throw undefined(symbol);
    }
    if (symbol.section() <= 0 || symbol.section() >= elf.sections().size()) {
      throw problem("symbol " + symbol.name(), "it is not defined in this object");
    }
    return elf.sections().get(symbol.section());
  }

  private ObjectException undefined(Symbol symbol) {
    return problem(
        "symbol " + symbol.name(),
        "it is not defined in this object; declare it __ksym or __kconfig, or link the object that"
            + " defines it (waggle link)");
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
