package io.waggle.symbols;

import io.waggle.formats.dwarf.LineTables;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.SymbolTable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The functions that an executable or library defines: those of its symbol tables and, if it was
 * stripped, of its debug file. The file stays mapped until this is closed; only the thread that
 * opened it may ask.
 */
public final class Functions implements AutoCloseable {
  private final ElfFile elf;
  private final Path file;
  private final DebugFiles debugFiles;

  /** Opened when a name is in no table of the file itself. */
  private Optional<ElfFile> debug = Optional.empty();

  private boolean debugSought;

  private Functions(ElfFile elf, Path file, DebugFiles debugFiles) {
    this.elf = elf;
    this.file = file;
    this.debugFiles = debugFiles;
  }

  /**
   * Opens a file; nothing but its header is read yet.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws io.waggle.formats.FormatException if it is no ELF file; so do all methods if it is
   *     damaged
   */
  public static Functions open(Path file) {
    return open(file, DebugFiles.installed());
  }

  /** As {@link #open(Path)}, with debug files elsewhere. */
  public static Functions open(Path file, DebugFiles debugFiles) {
    return new Functions(ElfFile.open(file), file, debugFiles);
  }

  /**
   * The functions with that name, one for each address: static functions of several source files
   * can share a name, and so can versions of a library's function. Empty if there is none.
   */
  public List<FunctionSite> find(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    List<FunctionSite> found = new ArrayList<>(1);
    // Names that other files may use are hashed, so they are found first and at almost no cost;
    // they are in the full table too, with local functions beside them that nobody means.
    find(elf.dynamicSymbols(), name, wanted, found);
    if (found.isEmpty()) {
      Optional<SymbolTable> symbols = elf.symbols();
      find(symbols, name, wanted, found);
      if (found.isEmpty() && symbols.isEmpty()) {
        find(debugSymbols(), name, wanted, found);
      }
    }
    return found;
  }

  private void find(
      Optional<SymbolTable> symbols, String name, byte[] wanted, List<FunctionSite> found) {
    if (symbols.isEmpty()) {
      return;
    }
    SymbolTable table = symbols.get();
    for (int i = table.find(wanted, 1); i >= 0; i = table.find(wanted, i + 1)) {
      OptionalLong offset = offset(table, i);
      if (offset.isPresent() && !holds(found, offset.getAsLong())) {
        found.add(new FunctionSite(name, offset.getAsLong(), table.size(i)));
      }
    }
  }

  private static boolean holds(List<FunctionSite> sites, long offset) {
    for (FunctionSite site : sites) {
      if (site.offset() == offset) {
        return true;
      }
    }
    return false;
  }

  /**
   * All functions, in the tables' order. A function with several names is there once for each; the
   * same name at the same place is there once.
   */
  public List<FunctionSite> all() {
    Set<FunctionSite> sites = new LinkedHashSet<>();
    Optional<SymbolTable> symbols = elf.symbols();
    addAll(symbols.isPresent() ? symbols : debugSymbols(), sites);
    addAll(elf.dynamicSymbols(), sites);
    return List.copyOf(sites);
  }

  private void addAll(Optional<SymbolTable> symbols, Set<FunctionSite> sites) {
    if (symbols.isEmpty()) {
      return;
    }
    SymbolTable table = symbols.get();
    int count = table.count();
    for (int i = 1; i < count; i++) {
      OptionalLong offset = offset(table, i);
      if (offset.isPresent()) {
        String name = table.name(i);
        if (!name.isEmpty()) {
          sites.add(new FunctionSite(name, offset.getAsLong(), table.size(i)));
        }
      }
    }
  }

  /** Where in the file a symbol's code is; empty if it is no function or has none. */
  private OptionalLong offset(SymbolTable table, int index) {
    return table.isFunction(index) ? elf.codeOffset(table.value(index)) : OptionalLong.empty();
  }

  /** Where in the file the code linked at {@code address} lies; empty if no code is there. */
  public OptionalLong offset(long address) {
    return elf.codeOffset(address);
  }

  /**
   * Where the code of a line of the source starts: one place in each function that has some, the
   * first. Empty if the file and its debug file tell of no such line.
   *
   * @param source path of a source file, or the end of one from a folder on
   * @param column of the statement; any when empty
   */
  public List<FunctionSite> atLine(String source, int line, OptionalInt column) {
    Optional<LineTables> lines = lines();
    if (lines.isEmpty()) {
      return List.of();
    }
    Map<String, FunctionSite> first = new LinkedHashMap<>();
    List<FunctionSite> all = all();
    for (long address : lines.get().addresses(source, line, column)) {
      OptionalLong offset = elf.codeOffset(address);
      if (offset.isPresent()) {
        String name = functionAt(all, offset.getAsLong());
        FunctionSite site = new FunctionSite(name, offset.getAsLong(), 0);
        first.merge(name, site, (a, b) -> a.offset() <= b.offset() ? a : b);
      }
    }
    return List.copyOf(first.values());
  }

  /** The lines of a source file that have code, sorted. */
  public List<Integer> linesOf(String source) {
    return lines().map(tables -> tables.lines(source)).orElse(List.of());
  }

  /** The paths of the source files that the file or its debug file tells of, sorted. */
  public List<String> sources() {
    return lines().map(LineTables::files).orElse(List.of());
  }

  private Optional<LineTables> lines() {
    Optional<LineTables> own = LineTables.of(elf);
    return own.isPresent() ? own : debugFile().flatMap(LineTables::of);
  }

  private static String functionAt(List<FunctionSite> functions, long offset) {
    for (FunctionSite function : functions) {
      if (offset >= function.offset() && offset < function.offset() + function.size()) {
        return function.name();
      }
    }
    return "";
  }

  private Optional<SymbolTable> debugSymbols() {
    return debugFile().flatMap(ElfFile::symbols);
  }

  private Optional<ElfFile> debugFile() {
    if (!debugSought) {
      debugSought = true;
      debug = debugFiles.of(elf, file).map(ElfFile::open);
    }
    return debug;
  }

  @Override
  public void close() {
    debug.ifPresent(ElfFile::close);
    elf.close();
  }
}
