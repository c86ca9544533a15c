package io.waggle.script.probes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The functions of a 64-bit ELF file (System V ABI, chapters 4 and 5; include/uapi/linux/elf.h),
 * mapped for as long as this is open. Every read is inside the file or refused.
 */
final class ElfFunctions implements AutoCloseable {
  private static final int MAGIC = 0x464c457f; // 7f E L F as little endian
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int SECTION_HEADER = 64;
  private static final int SYMBOL = 24;

  private static final int PT_LOAD = 1;
  private static final int SHT_SYMTAB = 2;
  private static final int SHT_DYNSYM = 11;
  private static final int STT_FUNC = 2;
  private static final int STT_GNU_IFUNC = 10;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;
  private final List<Symbols> tables = new ArrayList<>();

  /** A symbol table and its strings. */
  private record Symbols(MemorySegment entries, MemorySegment names) {}

  private ElfFunctions(Path file) {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      arena.close();
      throw new ProbeException("cannot read " + file + ": " + e.getMessage());
    }
  }

  /**
   * Opens a file.
   *
   * @throws ProbeException if it cannot be read, is no ELF file or is damaged
   */
  static ElfFunctions open(Path file) {
    ElfFunctions elf = new ElfFunctions(file);
    try {
      elf.readSections();
      return elf;
    } catch (RuntimeException e) {
      elf.close();
      throw e;
    }
  }

  /** True if the file starts as a 64-bit ELF file does. */
  static boolean isElf(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      java.nio.ByteBuffer start =
          java.nio.ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
      return channel.read(start, 0) == 6
          && start.getInt(0) == MAGIC
          && start.get(4) == 2
          && start.get(5) == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private void readSections() {
    if (memory.byteSize() < HEADER || memory.get(INT, 0) != MAGIC) {
      throw new ProbeException(file + " is no ELF file");
    }
    if (memory.get(ValueLayout.JAVA_BYTE, 4) != 2 || memory.get(ValueLayout.JAVA_BYTE, 5) != 1) {
      throw new ProbeException(file + " is no 64-bit little-endian ELF file");
    }
    int count = memory.get(SHORT, 60) & 0xffff;
    MemorySegment sections = part(memory.get(LONG, 40), (long) count * SECTION_HEADER, "sections");
    for (int type : new int[] {SHT_SYMTAB, SHT_DYNSYM}) {
      for (int i = 0; i < count; i++) {
        long at = (long) i * SECTION_HEADER;
        if (sections.get(INT, at + 4) == type) {
          tables.add(symbols(sections, at, count));
        }
      }
    }
  }

  private Symbols symbols(MemorySegment sections, long at, int count) {
    int link = sections.get(INT, at + 40);
    if (link < 0 || link >= count) {
      throw damaged("symbol table's string section " + link);
    }
    long strings = (long) link * SECTION_HEADER;
    return new Symbols(
        part(sections.get(LONG, at + 24), sections.get(LONG, at + 32), "symbol table"),
        part(sections.get(LONG, strings + 24), sections.get(LONG, strings + 32), "symbol names"));
  }

  private MemorySegment part(long offset, long size, String what) {
    if (offset < 0 || size < 0 || size > memory.byteSize() - offset) {
      throw damaged(
          what + " at " + offset + " of " + size + " bytes, the file has " + memory.byteSize());
    }
    return memory.asSlice(offset, size);
  }

  private ProbeException damaged(String what) {
    return new ProbeException(file + " is damaged: " + what);
  }

  /** The function of that name, from the full table before the dynamic one. */
  Optional<Binaries.Function> find(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    for (Symbols table : tables) {
      long end = table.entries.byteSize() - SYMBOL;
      for (long at = 0; at <= end; at += SYMBOL) {
        if (isFunction(table, at) && isNamed(table, at, wanted)) {
          OptionalLong offset = offset(table.entries.get(LONG, at + 8));
          if (offset.isPresent()) {
            return Optional.of(new Binaries.Function(name, offset.getAsLong()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** All functions with a place in the file, in the tables' order. */
  List<Binaries.Function> all() {
    List<Binaries.Function> functions = new ArrayList<>();
    for (Symbols table : tables) {
      long end = table.entries.byteSize() - SYMBOL;
      for (long at = 0; at <= end; at += SYMBOL) {
        if (isFunction(table, at)) {
          String name = name(table, at);
          OptionalLong offset = offset(table.entries.get(LONG, at + 8));
          if (offset.isPresent() && !name.isEmpty()) {
            functions.add(new Binaries.Function(name, offset.getAsLong()));
          }
        }
      }
    }
    return functions;
  }

  private static boolean isFunction(Symbols table, long at) {
    int type = table.entries.get(ValueLayout.JAVA_BYTE, at + 4) & 15;
    return (type == STT_FUNC || type == STT_GNU_IFUNC)
        && table.entries.get(SHORT, at + 6) != 0
        && table.entries.get(LONG, at + 8) != 0;
  }

  private static boolean isNamed(Symbols table, long at, byte[] wanted) {
    long start = table.entries.get(INT, at) & 0xffff_ffffL;
    if (start + wanted.length >= table.names.byteSize()) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (table.names.get(ValueLayout.JAVA_BYTE, start + i) != wanted[i]) {
        return false;
      }
    }
    return table.names.get(ValueLayout.JAVA_BYTE, start + wanted.length) == 0;
  }

  private String name(Symbols table, long at) {
    long start = table.entries.get(INT, at) & 0xffff_ffffL;
    long end = start;
    while (end < table.names.byteSize()
        && table.names.get(ValueLayout.JAVA_BYTE, end) != 0) {
      end++;
    }
    if (end >= table.names.byteSize()) {
      throw damaged("name of a symbol at " + start + " has no end");
    }
    byte[] name = table.names.asSlice(start, end - start).toArray(ValueLayout.JAVA_BYTE);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Where in the file the code linked at {@code address} lies. */
  OptionalLong offset(long address) {
    int count = memory.get(SHORT, 56) & 0xffff;
    MemorySegment headers =
        part(memory.get(LONG, 32), (long) count * PROGRAM_HEADER, "program headers");
    for (long at = 0; at < headers.byteSize(); at += PROGRAM_HEADER) {
      boolean executable = (headers.get(INT, at + 4) & 1) != 0;
      long into = address - headers.get(LONG, at + 16);
      if (headers.get(INT, at) == PT_LOAD
          && executable
          && into >= 0
          && into < headers.get(LONG, at + 32)) {
        return OptionalLong.of(headers.get(LONG, at + 8) + into);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    arena.close();
  }
}
