package io.waggle.bpf.link;

import io.waggle.formats.Bytes;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfExtension;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.ElfHeader;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One of the files to link, and what becomes of its sections and symbols. */
final class Input {
  /** Where a section went. */
  record Placement(Output output, long offset) {}

  private final String name;
  private final ElfFile elf;
  private final List<Symbol> symbols = new ArrayList<>();
  private final int[] visibilities;
  private final Optional<Btf> types;
  private final BtfExtension extension;
  private final Map<Integer, Placement> placements = new HashMap<>();

  /** The section of variables that a variable or function without definition is declared in. */
  private final Map<String, String> declaredIn = new HashMap<>();

  /** Variables and functions that other files may see, by name. */
  private final Map<String, Integer> globals = new HashMap<>();

  Input(String name, byte[] content) {
    this.name = name;
    elf = ElfFile.of(name, MemorySegment.ofArray(content));
    if (elf.header().machine() != ElfHeader.BPF
        || elf.header().type() != ElfHeader.RELOCATABLE
        || !elf.header().wide()) {
      throw new LinkException(
          name
              + ": it is no BPF object (machine "
              + elf.header().machine()
              + "); compile it with clang -target bpf -c");
    }
    SymbolTable table =
        elf.symbols().orElseThrow(() -> new LinkException(name + ": it has no symbol table"));
    visibilities = new int[table.count()];
    for (int i = 0; i < table.count(); i++) {
      symbols.add(table.symbol(i));
      visibilities[i] = table.visibility(i);
    }
    types = Btf.of(elf);
    extension = types.isPresent() ? BtfExtension.of(elf, types.get()) : BtfExtension.EMPTY;
    types.ifPresent(this::index);
  }

  private void index(Btf all) {
    for (int type = 1; type < all.count(); type++) {
      switch (all.type(type)) {
        case BtfType.Variable variable when variable.linkage() != 0 ->
            globals.putIfAbsent(variable.name(), type);
        case BtfType.Function function when function.linkage() != 0 ->
            globals.putIfAbsent(function.name(), type);
        case BtfType.DataSection section -> {
          for (BtfType.Placed placed : section.variables()) {
            declaredIn.put(all.name(placed.variable()), section.name());
          }
        }
        default -> {}
      }
    }
  }

  String name() {
    return name;
  }

  ElfFile elf() {
    return elf;
  }

  List<Symbol> symbols() {
    return symbols;
  }

  int visibility(int symbol) {
    return visibilities[symbol];
  }

  Optional<Btf> types() {
    return types;
  }

  BtfExtension extension() {
    return extension;
  }

  /** The number of a variable or function that other files may see; 0 if types say nothing. */
  int global(String symbol) {
    return globals.getOrDefault(symbol, 0);
  }

  /** The section of BTF that names a variable or function; empty if none does. */
  String declaredIn(String symbol) {
    return declaredIn.getOrDefault(symbol, "");
  }

  void place(Section section, Placement placement) {
    placements.put(section.index(), placement);
  }

  /** Where a section went; empty for those that are not linked. */
  Optional<Placement> placement(int section) {
    return Optional.ofNullable(placements.get(section));
  }

  Optional<Placement> placement(String section) {
    return elf.section(section).flatMap(its -> placement(its.index()));
  }

  byte[] content(Section section) {
    Bytes bytes = elf.content(section);
    return bytes.copy(0, bytes.size());
  }

  /** The symbol of a variable in a section. */
  Optional<Symbol> variable(String symbol, int section) {
    for (Symbol each : symbols) {
      if (each.section() == section && each.name().equals(symbol)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Whether types say that it is a function. */
  boolean isFunction(int type) {
    return types.isPresent() && types.get().kind(type) == BtfKind.FUNC;
  }
}
