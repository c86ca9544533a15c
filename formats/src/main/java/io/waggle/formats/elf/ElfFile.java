package io.waggle.formats.elf;

import io.waggle.formats.Bytes;
import io.waggle.formats.FormatException;
import io.waggle.formats.MappedFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An ELF file. Opening it reads its header; each question reads what it needs. Every method throws
 * {@link FormatException} where the file is damaged. Only the thread that opened it may use it, and
 * what it gives out (tables, notes, contents) ends with it; records and arrays do not.
 */
public final class ElfFile implements AutoCloseable {
  private final String name;
  private final MemorySegment memory;
  private final Runnable release;
  private final ElfHeader header;

  /** Read when first asked for; empty until then. */
  private Optional<List<Segment>> segments = Optional.empty();

  private Optional<List<Section>> sections = Optional.empty();

  private ElfFile(String name, MemorySegment memory, Runnable release) {
    this.name = name;
    this.memory = memory;
    this.release = release;
    this.header = ElfHeader.read(name, memory);
  }

  /**
   * Maps a file.
   *
   * @throws java.io.UncheckedIOException if it cannot be read
   * @throws FormatException if it is no ELF file
   */
  public static ElfFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return new ElfFile(path.toString(), file.memory(), file::close);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** True if the file can be read and starts as an ELF file does. */
  public static boolean isElf(Path path) {
    try (InputStream input = Files.newInputStream(path)) {
      return Arrays.equals(input.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
    } catch (IOException e) {
      return false;
    }
  }

  /** Reads a file that is in memory already; the memory stays the caller's. */
  public static ElfFile of(String name, MemorySegment memory) {
    return new ElfFile(name, memory, () -> {});
  }

  /** The file's name, as given when opened. */
  public String name() {
    return name;
  }

  /** The start of the file. */
  public ElfHeader header() {
    return header;
  }

  /** The program headers, in the file's order. */
  public List<Segment> segments() {
    if (segments.isEmpty()) {
      segments = Optional.of(readSegments());
    }
    return segments.get();
  }

  /** The section headers, in the file's order; the first is empty. */
  public List<Section> sections() {
    if (sections.isEmpty()) {
      sections = Optional.of(readSections());
    }
    return sections.get();
  }

  /** The first section with that name. */
  public Optional<Section> section(String wanted) {
    for (Section section : sections()) {
      if (section.name().equals(wanted)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /** The first section of that type. */
  public Optional<Section> section(int type) {
    for (Section section : sections()) {
      if (section.type() == type) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /** A section's bytes as they stand in the file; none for {@code NOBITS}. */
  public Bytes content(Section section) {
    long size = section.type() == Section.NOBITS ? 0 : section.size();
    long offset = size == 0 ? 0 : section.offset();
    String part = section.name().isEmpty() ? "section " + section.index() : section.name();
    return Bytes.of(name, part, memory, offset, size, header.order());
  }

  /** A segment's bytes in the file. */
  public Bytes content(Segment segment) {
    return part("segment", segment.offset(), segment.fileSize());
  }

  /** The full symbol table, {@code .symtab}; a stripped file has none. */
  public Optional<SymbolTable> symbols() {
    Optional<Section> table = section(Section.SYMTAB);
    return table.isPresent()
        ? Optional.of(symbolTable(table.get(), Optional.empty()))
        : Optional.empty();
  }

  /** The symbols that the dynamic linker sees, {@code .dynsym}. */
  public Optional<SymbolTable> dynamicSymbols() {
    Optional<Section> table = section(Section.DYNSYM);
    if (table.isEmpty()) {
      return Optional.empty();
    }
    Optional<GnuHash> hash = Optional.empty();
    Optional<Section> hashSection = section(Section.GNU_HASH);
    if (hashSection.isPresent() && hashSection.get().link() == table.get().index()) {
      hash = Optional.of(new GnuHash(content(hashSection.get()), header.wide()));
    }
    return Optional.of(symbolTable(table.get(), hash));
  }

  private SymbolTable symbolTable(Section table, Optional<GnuHash> hash) {
    Bytes names = content(linked(table, "the symbols' names"));
    return new SymbolTable(content(table), names, header.wide(), hash);
  }

  private Section linked(Section section, String what) {
    int link = section.link();
    if (link <= 0 || link >= sections().size()) {
      throw new FormatException(
          name,
          section.name(),
          section.offset(),
          "a link to " + what,
          "section " + link + " of " + sections().size());
    }
    return sections().get(link);
  }

  /**
   * Where in the file the byte lies that is linked at {@code address}; empty if no loaded segment
   * holds it.
   */
  public OptionalLong offset(long address) {
    return offset(address, false);
  }

  /** As {@link #offset}, of machine code only: what a uprobe can be attached to. */
  public OptionalLong codeOffset(long address) {
    return offset(address, true);
  }

  private OptionalLong offset(long address, boolean code) {
    for (Segment segment : segments()) {
      if (segment.type() == Segment.LOAD
          && segment.holdsAddress(address)
          && (!code || segment.isExecutable())) {
        return OptionalLong.of(address - segment.address() + segment.offset());
      }
    }
    return OptionalLong.empty();
  }

  /** At which address the byte at {@code offset} in the file is linked. */
  public OptionalLong address(long offset) {
    for (Segment segment : segments()) {
      if (segment.type() == Segment.LOAD && segment.holdsOffset(offset)) {
        return OptionalLong.of(offset - segment.offset() + segment.address());
      }
    }
    return OptionalLong.empty();
  }

  /** The entries of a section of type {@code REL} or {@code RELA}. */
  public List<Relocation> relocations(Section section) {
    boolean addends = section.type() == Section.RELA;
    if (!addends && section.type() != Section.REL) {
      throw new FormatException(
          name, section.name(), section.offset(), "relocations", "type " + section.type());
    }
    Bytes bytes = content(section);
    int word = header.wide() ? 8 : 4;
    int size = word * (addends ? 3 : 2);
    List<Relocation> relocations = new ArrayList<>(bytes.size() / size);
    for (long at = 0; at + size <= bytes.size(); at += size) {
      relocations.add(
          header.wide() ? relocation64(bytes, at, addends) : relocation32(bytes, at, addends));
    }
    return relocations;
  }

  private static Relocation relocation64(Bytes bytes, long at, boolean addends) {
    long link = bytes.i64(at + 8);
    long addend = addends ? bytes.i64(at + 16) : 0;
    return new Relocation(bytes.i64(at), (int) link, (int) (link >>> 32), addend);
  }

  private static Relocation relocation32(Bytes bytes, long at, boolean addends) {
    int link = bytes.i32(at + 4);
    long addend = addends ? bytes.i32(at + 8) : 0;
    return new Relocation(bytes.u32(at), link & 0xff, link >>> 8, addend);
  }

  /** All notes: of the note sections or, in a file without sections, of the note segments. */
  public List<Note> notes() {
    List<Note> notes = new ArrayList<>();
    if (header.sectionsAt() != 0) {
      for (Section section : sections()) {
        if (section.type() == Section.NOTE) {
          addNotes(content(section), section.alignment(), notes);
        }
      }
      return notes;
    }
    for (Segment segment : segments()) {
      if (segment.type() == Segment.NOTE) {
        addNotes(content(segment), segment.alignment(), notes);
      }
    }
    return notes;
  }

  private static void addNotes(Bytes bytes, long alignment, List<Note> notes) {
    // Names and contents are padded to 4 bytes; where the section asks for 8, to 8.
    int pad = alignment == 8 ? 7 : 3;
    long at = 0;
    while (at + 12 <= bytes.size()) {
      long nameSize = bytes.u32(at);
      long contentSize = bytes.u32(at + 4);
      int type = bytes.i32(at + 8);
      long contentAt = at + 12 + nameSize + pad & ~(long) pad;
      Bytes owner = bytes.slice("note's owner", at + 12, nameSize);
      notes.add(
          new Note(
              nameSize == 0 ? "" : owner.string(0),
              type,
              bytes.slice("note", contentAt, contentSize)));
      at = contentAt + contentSize + pad & ~(long) pad;
    }
  }

  /** The build id: bytes that no other build has, 20 as linkers make it today. */
  public Optional<byte[]> buildId() {
    for (Note note : notes()) {
      if (note.type() == Note.BUILD_ID && note.owner().equals("GNU")) {
        return Optional.of(note.content().copy(0, note.content().size()));
      }
    }
    return Optional.empty();
  }

  /** What the file tells the dynamic linker. */
  public Dynamic dynamic() {
    Optional<Section> section = section(Section.DYNAMIC);
    if (section.isEmpty() || section.get().type() == Section.NOBITS) {
      return Dynamic.NONE;
    }
    Bytes entries = content(section.get());
    Bytes strings = content(linked(section.get(), "the names"));
    return DynamicEntries.read(entries, strings, header.wide());
  }

  /** The name of the file that holds what was stripped from this one. */
  public Optional<DebugLink> debugLink() {
    Optional<Section> section = section(".gnu_debuglink");
    if (section.isEmpty() || section.get().type() == Section.NOBITS) {
      return Optional.empty();
    }
    Bytes bytes = content(section.get());
    String file = bytes.string(0);
    long crcAt = bytes.stringLength(0) + 4L & ~3L;
    return Optional.of(new DebugLink(file, bytes.i32(crcAt)));
  }

  private List<Segment> readSegments() {
    int count = header.segmentCount();
    if (count == 0xffff && header.sectionsAt() != 0) {
      count = firstSection().info();
    }
    Bytes bytes =
        part("program headers", header.segmentsAt(), tableSize(count, header.segmentSize()));
    Segment[] list = new Segment[count];
    for (int i = 0; i < count; i++) {
      long at = (long) i * header.segmentSize();
      list[i] = header.wide() ? segment64(bytes, at) : segment32(bytes, at);
    }
    return List.of(list);
  }

  private static Segment segment64(Bytes bytes, long at) {
    return new Segment(
        bytes.i32(at),
        bytes.i32(at + 4),
        bytes.i64(at + 8),
        bytes.i64(at + 16),
        bytes.i64(at + 32),
        bytes.i64(at + 40),
        bytes.i64(at + 48));
  }

  private static Segment segment32(Bytes bytes, long at) {
    return new Segment(
        bytes.i32(at),
        bytes.i32(at + 24),
        bytes.u32(at + 4),
        bytes.u32(at + 8),
        bytes.u32(at + 16),
        bytes.u32(at + 20),
        bytes.u32(at + 28));
  }

  private List<Section> readSections() {
    if (header.sectionsAt() == 0) {
      return List.of();
    }
    long count = header.sectionCount();
    int namesAt = header.namesSection();
    if (count == 0 || namesAt == 0xffff) {
      // More than 16 bits can say: the first section's header has them.
      Section first = firstSection();
      count = count == 0 ? first.size() : count;
      namesAt = namesAt == 0xffff ? first.link() : namesAt;
    }
    int size = header.sectionSize();
    Bytes bytes = part("section headers", header.sectionsAt(), tableSize(count, size));
    Optional<Bytes> names = Optional.empty();
    if (namesAt > 0 && namesAt < count) {
      names = Optional.of(content(section(bytes, namesAt, Optional.empty())));
    }
    Section[] list = new Section[(int) count];
    for (int i = 0; i < count; i++) {
      list[i] = section(bytes, i, names);
    }
    return Arrays.asList(list);
  }

  private Section firstSection() {
    Bytes bytes = part("section headers", header.sectionsAt(), header.sectionSize());
    return section(bytes, 0, Optional.empty());
  }

  private Section section(Bytes bytes, int index, Optional<Bytes> names) {
    long at = (long) index * header.sectionSize();
    String title = names.isPresent() ? names.get().string(bytes.u32(at)) : "";
    int type = bytes.i32(at + 4);
    return header.wide()
        ? new Section(
            index,
            title,
            type,
            bytes.i64(at + 8),
            bytes.i64(at + 16),
            bytes.i64(at + 24),
            bytes.i64(at + 32),
            bytes.i32(at + 40),
            bytes.i32(at + 44),
            bytes.i64(at + 48),
            bytes.i64(at + 56))
        : new Section(
            index,
            title,
            type,
            bytes.u32(at + 8),
            bytes.u32(at + 12),
            bytes.u32(at + 16),
            bytes.u32(at + 20),
            bytes.i32(at + 24),
            bytes.i32(at + 28),
            bytes.u32(at + 32),
            bytes.u32(at + 36));
  }

  private long tableSize(long count, int entrySize) {
    // A count beyond the file's size is refused by part(); this keeps the product from wrapping.
    return count < 0 || count > memory.byteSize() ? Long.MAX_VALUE : count * entrySize;
  }

  private Bytes part(String what, long offset, long size) {
    return Bytes.of(name, what, memory, offset, size, header.order());
  }

  /** Unmaps the file, if this mapped it. */
  @Override
  public void close() {
    release.run();
  }
}
