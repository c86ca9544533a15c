package io.waggle.symbols;

import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The functions of one file in the order of their addresses. Names stay in the file, which is
 * mapped until this is closed.
 */
final class FileSymbols implements AutoCloseable {
  /** How many entries before an address can be passed over in search of one that covers it. */
  private static final int NESTED = 16;

  private final ElfFile elf;
  private final List<ElfFile> opened = new ArrayList<>();
  private final Optional<SymbolTable> table;
  private final AddressIndex index;

  private FileSymbols(ElfFile elf, Path path, DebugFiles debugFiles) {
    this.elf = elf;
    opened.add(elf);
    this.table = bestTable(path, debugFiles);
    AddressIndex.Builder builder = new AddressIndex.Builder();
    if (table.isPresent()) {
      SymbolTable symbols = table.get();
      for (int i = 1; i < symbols.count(); i++) {
        if (symbols.isFunction(i) && symbols.value(i) != 0) {
          builder.add(symbols.value(i), i);
        }
      }
    }
    this.index = builder.build();
  }

  /**
   * Opens a file.
   *
   * @throws java.io.UncheckedIOException if it cannot be read
   * @throws io.waggle.formats.FormatException if it is no ELF file or is damaged
   */
  static FileSymbols open(Path path, DebugFiles debugFiles) {
    ElfFile elf = ElfFile.open(path);
    try {
      return new FileSymbols(elf, path, debugFiles);
    } catch (RuntimeException e) {
      elf.close();
      throw e;
    }
  }

  private Optional<SymbolTable> bestTable(Path path, DebugFiles debugFiles) {
    Optional<SymbolTable> symbols = elf.symbols();
    if (symbols.isPresent()) {
      return symbols;
    }
    Optional<Path> debug = debugFiles.of(elf, path);
    if (debug.isPresent()) {
      ElfFile debugElf = ElfFile.open(debug.get());
      opened.add(debugElf);
      symbols = debugElf.symbols();
    }
    return symbols.isPresent() ? symbols : elf.dynamicSymbols();
  }

  /** The function at a place in the file; its offset is from the function's start. */
  Optional<Location> find(long fileOffset, String module) {
    OptionalLong address = elf.address(fileOffset);
    if (address.isEmpty() || table.isEmpty()) {
      return Optional.empty();
    }
    int place = covering(address.getAsLong());
    if (place < 0) {
      return Optional.empty();
    }
    int symbol = index.value(preferred(place));
    long offset = address.getAsLong() - index.start(place);
    return Optional.of(new Location(table.get().name(symbol), offset, module));
  }

  /** An entry without a size, as assembler code has, covers what is up to the next. */
  private int covering(long address) {
    int floor = index.floor(address);
    for (int place = floor; place >= 0 && place > floor - NESTED; place--) {
      long size = table.get().size(index.value(place));
      long into = address - index.start(place);
      if (size == 0 ? place == floor : Long.compareUnsigned(into, size) < 0) {
        return place;
      }
    }
    return -1;
  }

  /** Of the names of one function: global before weak before local, then the first in the file. */
  private int preferred(int place) {
    int best = place;
    for (int i = place - 1; i >= 0 && index.start(i) == index.start(place); i--) {
      if (rank(i) <= rank(best)) {
        best = i;
      }
    }
    return best;
  }

  private int rank(int place) {
    return switch (table.get().binding(index.value(place))) {
      case Symbol.GLOBAL -> 0;
      case Symbol.WEAK -> 1;
      default -> 2;
    };
  }

  @Override
  public void close() {
    opened.reversed().forEach(ElfFile::close);
  }
}
