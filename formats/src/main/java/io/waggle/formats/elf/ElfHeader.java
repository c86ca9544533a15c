package io.waggle.formats.elf;

import io.waggle.formats.Bytes;
import io.waggle.formats.FormatException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * The start of an ELF file.
 *
 * @param wide 64 bit, else 32
 * @param order which byte of a number comes first
 * @param type {@link #RELOCATABLE}, {@link #EXECUTABLE}, {@link #SHARED} or another
 * @param machine {@code EM_} number: 62 x86-64, 183 arm64, 247 BPF
 * @param entry address of the first instruction, as linked
 * @param segmentsAt offset of the program headers in the file
 * @param segmentSize bytes of each
 * @param segmentCount how many
 * @param sectionsAt offset of the section headers in the file, 0 if there are none
 * @param sectionSize bytes of each
 * @param sectionCount how many, as the header has it: 0 if more than it can say
 * @param namesSection index of the section with the sections' names, as the header has it
 */
public record ElfHeader(
    boolean wide,
    ByteOrder order,
    int type,
    int machine,
    long entry,
    long segmentsAt,
    int segmentSize,
    int segmentCount,
    long sectionsAt,
    int sectionSize,
    int sectionCount,
    int namesSection) {
  public static final int RELOCATABLE = 1;
  public static final int EXECUTABLE = 2;
  public static final int SHARED = 3;

  public static final int X86_64 = 62;
  public static final int AARCH64 = 183;
  public static final int BPF = 247;

  private static final int IDENTIFICATION = 16;
  private static final int MAGIC = 0x7f454c46;

  static ElfHeader read(String file, MemorySegment memory) {
    if (memory.byteSize() < IDENTIFICATION) {
      throw new FormatException(
          file, "ELF header", 0, "an ELF file", "a file of " + memory.byteSize() + " bytes");
    }
    Bytes start = Bytes.of(file, "ELF header", memory, 0, IDENTIFICATION, ByteOrder.BIG_ENDIAN);
    if (start.i32(0) != MAGIC) {
      throw start.unexpected(
          0, "an ELF file (7f 45 4c 46)", "0x" + Integer.toHexString(start.i32(0)));
    }
    int wideness = start.u8(4);
    if (wideness != 1 && wideness != 2) {
      throw start.unexpected(4, "class 1 (32 bit) or 2 (64 bit)", Integer.toString(wideness));
    }
    int endianness = start.u8(5);
    if (endianness != 1 && endianness != 2) {
      throw start.unexpected(5, "byte order 1 or 2", Integer.toString(endianness));
    }
    ByteOrder order = endianness == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    boolean wide = wideness == 2;
    return read(Bytes.of(file, "ELF header", memory, 0, wide ? 64 : 52, order), wide);
  }

  private static ElfHeader read(Bytes bytes, boolean wide) {
    long entry = wide ? bytes.i64(24) : bytes.u32(24);
    long segments = wide ? bytes.i64(32) : bytes.u32(28);
    long sections = wide ? bytes.i64(40) : bytes.u32(32);
    int sizes = wide ? 54 : 42;
    ElfHeader header =
        new ElfHeader(
            wide,
            bytes.order(),
            bytes.u16(16),
            bytes.u16(18),
            entry,
            segments,
            bytes.u16(sizes),
            bytes.u16(sizes + 2),
            sections,
            bytes.u16(sizes + 4),
            bytes.u16(sizes + 6),
            bytes.u16(sizes + 8));
    check(bytes, sizes, "program headers", header.segmentCount, header.segmentSize, wide ? 56 : 32);
    boolean hasSections = header.sectionsAt != 0;
    check(
        bytes,
        sizes + 4,
        "section headers",
        hasSections ? 1 : 0,
        header.sectionSize,
        wide ? 64 : 40);
    return header;
  }

  private static void check(Bytes bytes, int at, String what, int count, int size, int least) {
    if (count > 0 && size < least) {
      throw bytes.unexpected(at, what + " of at least " + least + " bytes", size + " bytes");
    }
  }
}
