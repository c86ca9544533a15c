package io.waggle.formats.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a relocatable ELF64 file. Sections are added first and have the numbers that {@link
 * #section} gives; symbols and relocations refer to these. Symbol and string tables, and a section
 * for the relocations of each other, come after them.
 */
public final class ElfWriter {
  private static final int HEADER = 64;
  private static final int SECTION = 64;
  private static final int SYMBOL = 24;
  private static final int RELOCATION = 16;
  private static final int LINK_TO_INFO = 0x40; // SHF_INFO_LINK

  private final int machine;
  private final ByteOrder order;
  private final List<Part> parts = new ArrayList<>();
  private final List<SymbolEntry> symbols = new ArrayList<>();
  private final Map<Integer, List<Relocation>> relocations = new HashMap<>();
  private final ByteText strings = new ByteText();

  /** A section while the file is made. */
  private record Part(
      String name,
      int type,
      long flags,
      byte[] content,
      long size,
      int link,
      int info,
      long alignment,
      long entrySize) {}

  private record SymbolEntry(Symbol symbol, int visibility) {}

  /** Texts ended by NUL, each once. */
  private static final class ByteText {
    private final Map<String, Integer> places = new HashMap<>();
    private final List<byte[]> texts = new ArrayList<>();
    private int size;

    private int place(String text) {
      Integer known = places.get(text);
      if (known != null) {
        return known;
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int place = size;
      places.put(text, place);
      texts.add(bytes);
      size += bytes.length + 1;
      return place;
    }

    private byte[] bytes() {
      ByteBuffer all = ByteBuffer.allocate(size);
      texts.forEach(text -> all.put(text).put((byte) 0));
      return all.array();
    }
  }

  /**
   * A file without sections.
   *
   * @param machine as {@link ElfHeader#machine}
   */
  public ElfWriter(int machine, ByteOrder order) {
    this.machine = machine;
    this.order = order;
    strings.place("");
    parts.add(new Part("", 0, 0, new byte[0], 0, 0, 0, 0, 0));
  }

  /**
   * Adds a section with content.
   *
   * @param type as {@link Section#type}
   * @param flags as {@link Section#flags}
   * @param alignment in bytes, a power of two
   * @return its number
   */
  public int section(String name, int type, long flags, long alignment, byte[] content) {
    parts.add(new Part(name, type, flags, content, content.length, 0, 0, alignment, 0));
    return parts.size() - 1;
  }

  /** Adds a section of zeros, which takes no room in the file. */
  public int zeros(String name, long flags, long alignment, long size) {
    parts.add(new Part(name, Section.NOBITS, flags, new byte[0], size, 0, 0, alignment, 0));
    return parts.size() - 1;
  }

  /**
   * Adds a symbol. All local symbols come before the first that is not.
   *
   * @param visibility {@link Symbol#DEFAULT} or another
   * @return its number, for relocations
   * @throws IllegalArgumentException for a local symbol after one that is not
   */
  public int symbol(Symbol symbol, int visibility) {
    if (symbol.binding() == Symbol.LOCAL
        && !symbols.isEmpty()
        && symbols.getLast().symbol.binding() != Symbol.LOCAL) {
      throw new IllegalArgumentException("local symbol " + symbol.name() + " after a global one");
    }
    symbols.add(new SymbolEntry(symbol, visibility));
    return symbols.size();
  }

  /** Adds a relocation of a section, whose addend stands in the section's content. */
  public void relocation(int section, Relocation relocation) {
    relocations.computeIfAbsent(section, _ -> new ArrayList<>()).add(relocation);
  }

  /** The file. */
  public byte[] bytes() {
    List<Part> all = new ArrayList<>(parts);
    int table = parts.size() + relocations.size();
    for (int section = 1; section < parts.size(); section++) {
      if (relocations.containsKey(section)) {
        byte[] content = relocations(relocations.get(section));
        String name = ".rel" + parts.get(section).name;
        all.add(
            new Part(
                name,
                Section.REL,
                LINK_TO_INFO,
                content,
                content.length,
                table,
                section,
                8,
                RELOCATION));
      }
    }
    byte[] entries = symbols();
    int locals = 1;
    for (SymbolEntry entry : symbols) {
      locals += entry.symbol.binding() == Symbol.LOCAL ? 1 : 0;
    }
    all.add(
        new Part(
            ".symtab", Section.SYMTAB, 0, entries, entries.length, table + 1, locals, 8, SYMBOL));
    all.forEach(part -> strings.place(part.name));
    strings.place(".strtab");
    byte[] texts = strings.bytes();
    all.add(new Part(".strtab", Section.STRTAB, 0, texts, texts.length, 0, 0, 1, 0));
    return file(all);
  }

  private byte[] relocations(List<Relocation> its) {
    ByteBuffer content = ByteBuffer.allocate(RELOCATION * its.size()).order(order);
    for (Relocation relocation : its) {
      content.putLong(relocation.offset());
      content.putLong((long) relocation.symbol() << 32 | relocation.type() & 0xffff_ffffL);
    }
    return content.array();
  }

  private byte[] symbols() {
    ByteBuffer content = ByteBuffer.allocate(SYMBOL * (symbols.size() + 1)).order(order);
    content.position(SYMBOL); // the first is empty
    for (SymbolEntry entry : symbols) {
      Symbol symbol = entry.symbol;
      content.putInt(strings.place(symbol.name()));
      content.put((byte) (symbol.binding() << 4 | symbol.type())).put((byte) entry.visibility);
      content.putShort((short) symbol.section()).putLong(symbol.value()).putLong(symbol.size());
    }
    return content.array();
  }

  private byte[] file(List<Part> all) {
    long[] offsets = new long[all.size()];
    long at = HEADER;
    for (int i = 1; i < all.size(); i++) {
      at = up(at, all.get(i).alignment);
      offsets[i] = at;
      at += all.get(i).content.length;
    }
    long table = up(at, 8);
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(table + (long) SECTION * all.size())).order(order);
    header(file, table, all.size());
    for (int i = 0; i < all.size(); i++) {
      Part part = all.get(i);
      file.put((int) offsets[i], part.content);
      file.position((int) table + SECTION * i);
      file.putInt(strings.place(part.name)).putInt(part.type).putLong(part.flags).putLong(0);
      file.putLong(offsets[i]).putLong(part.size).putInt(part.link).putInt(part.info);
      file.putLong(part.alignment).putLong(part.entrySize);
    }
    return file.array();
  }

  private void header(ByteBuffer file, long table, int count) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2});
    file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2)).put((byte) 1);
    file.position(16);
    file.putShort((short) ElfHeader.RELOCATABLE).putShort((short) machine).putInt(1);
    file.putLong(0).putLong(0).putLong(table).putInt(0).putShort((short) HEADER);
    file.putShort((short) 0).putShort((short) 0).putShort((short) SECTION);
    file.putShort((short) count).putShort((short) (count - 1));
  }

  private static long up(long offset, long alignment) {
    return alignment <= 1 ? offset : (offset + alignment - 1) / alignment * alignment;
  }
}
