package io.waggle.pack;

import io.waggle.bpf.Bytes;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * An object without what only debuggers read, which is most of what a compiler writes. BTF, which
 * the kernel reads, stays. Sections keep their numbers, so that nothing else has to change: those
 * left out become empty.
 */
final class StrippedObject {
  // The ELF64 file header and its section headers.
  private static final int FILE_HEADER = 64;
  private static final int SECTION_HEADER = 64;
  private static final int E_SHOFF = 0x28;
  private static final int SH_TYPE = 4;
  private static final int SH_OFFSET = 24;
  private static final int SH_SIZE = 32;
  private static final int ALIGNMENT = 8;

  private StrippedObject() {}

  /**
   * A smaller object that loads the same.
   *
   * @throws io.waggle.formats.FormatException if it is no ELF file or a damaged one
   */
  static Bytes of(String name, Bytes object) {
    byte[] from = object.toArray();
    try (ElfFile elf = ElfFile.of(name, MemorySegment.ofArray(from))) {
      List<Section> sections = elf.sections();
      ByteBuffer old = ByteBuffer.wrap(from).order(elf.header().order());
      int headers = Math.toIntExact(old.getLong(E_SHOFF));
      int size = FILE_HEADER + ALIGNMENT;
      for (Section section : sections) {
        size += hasContent(section) ? Math.toIntExact(section.size()) + ALIGNMENT : 0;
      }
      ByteBuffer out = ByteBuffer.allocate(size + sections.size() * SECTION_HEADER);
      out.order(elf.header().order()).put(from, 0, FILE_HEADER);
      int[] places = new int[sections.size()];
      for (int i = 0; i < places.length; i++) {
        if (hasContent(sections.get(i))) {
          align(out);
          places[i] = out.position();
          var content = elf.content(sections.get(i));
          out.put(content.copy(0, content.size()));
        }
      }
      align(out);
      out.putLong(E_SHOFF, out.position());
      for (int i = 0; i < places.length; i++) {
        int header = out.position();
        out.put(from, headers + i * SECTION_HEADER, SECTION_HEADER);
        out.putLong(header + SH_OFFSET, places[i]);
        if (isDebugging(sections.get(i))) {
          out.putInt(header + SH_TYPE, 0).putLong(header + SH_SIZE, 0);
        }
      }
      return Bytes.of(Arrays.copyOf(out.array(), out.position()));
    }
  }

  private static void align(ByteBuffer out) {
    out.position((out.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }

  private static boolean hasContent(Section section) {
    return section.type() != 0 && section.type() != Section.NOBITS && !isDebugging(section);
  }

  private static boolean isDebugging(Section section) {
    return section.name().startsWith(".debug_") || section.name().startsWith(".rel.debug_");
  }
}
