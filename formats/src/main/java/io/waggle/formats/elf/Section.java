package io.waggle.formats.elf;

/**
 * A section as its header says; nothing of it is checked against the file until it is read.
 *
 * @param index its place among the sections
 * @param type what it holds, one of the constants here or another
 * @param flags {@code SHF_} bits
 * @param address where it lies in memory, 0 if nowhere
 * @param offset where it lies in the file, in bytes
 * @param size in bytes
 * @param link the index of the section it refers to, such as a symbol table's strings
 * @param info more, by type: for relocations the section they apply to
 * @param alignment in bytes
 * @param entrySize bytes of each entry, 0 if it has none
 */
public record Section(
    int index,
    String name,
    int type,
    long flags,
    long address,
    long offset,
    long size,
    int link,
    int info,
    long alignment,
    long entrySize) {
  public static final int PROGBITS = 1;
  public static final int SYMTAB = 2;
  public static final int STRTAB = 3;
  public static final int RELA = 4;
  public static final int DYNAMIC = 6;
  public static final int NOTE = 7;
  public static final int NOBITS = 8;
  public static final int REL = 9;
  public static final int DYNSYM = 11;
  public static final int GNU_HASH = 0x6ffffff6;

  /** {@code SHF_EXECINSTR}: it holds machine code. */
  public boolean isExecutable() {
    return (flags & 4) != 0;
  }

  /** {@code SHF_COMPRESSED}: a header and compressed content stand in the file. */
  public boolean isCompressed() {
    return (flags & 0x800) != 0;
  }
}
