package io.waggle.formats.btf;

import io.waggle.formats.Bytes;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * What a compiler says in section {@code .BTF.ext} of the code in an object file, in the file's
 * order (Documentation/bpf/btf.rst, "BTF_ext section"). A section of code is known by its name.
 *
 * @param functions where functions start
 * @param lines which lines of source the code comes from
 * @param relocations instructions that depend on the kernel's types
 */
public record BtfExtension(
    List<FunctionRecord> functions, List<LineRecord> lines, List<CoreRecord> relocations) {
  /** No records, of an object compiled without them. */
  public static final BtfExtension EMPTY = new BtfExtension(List.of(), List.of(), List.of());

  public BtfExtension {
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    relocations = List.copyOf(relocations);
  }

  /**
   * A function starts here.
   *
   * @param section of the code
   * @param offset bytes from the section's start
   * @param type its {@link BtfType.Function}
   */
  public record FunctionRecord(String section, long offset, int type) {}

  /**
   * From here on, until the next record of the section, the code comes from this line.
   *
   * @param section of the code
   * @param offset bytes from the section's start
   * @param file the source's path as the compiler was given it
   * @param text the line, empty if the compiler did not keep it
   * @param line from 1; 0 if unknown
   * @param column from 1; 0 if unknown
   */
  public record LineRecord(
      String section, long offset, String file, String text, int line, int column) {}

  /**
   * An instruction to patch once the kernel is known (struct bpf_core_relo in
   * include/uapi/linux/bpf.h).
   *
   * @param section of the code
   * @param offset bytes from the section's start to the instruction
   * @param type the type in the object's own BTF where the access begins
   * @param access the way from there: numbers with colons between
   * @param kind what to put there (enum bpf_core_relo_kind)
   */
  public record CoreRecord(String section, long offset, int type, String access, int kind) {}

  /**
   * Reads an ELF file's section {@code .BTF.ext}; {@link #EMPTY} if it has none.
   *
   * @param btf the types of the same file, which hold the texts
   * @throws io.waggle.formats.FormatException if the section is damaged
   */
  public static BtfExtension of(ElfFile elf, Btf btf) {
    Optional<Section> section = elf.section(".BTF.ext");
    if (section.isEmpty() || section.get().type() == Section.NOBITS) {
      return EMPTY;
    }
    return ExtensionReader.read(elf.content(section.get()), btf);
  }

  /**
   * Reads a section's content.
   *
   * @param name of the input, for messages
   * @throws io.waggle.formats.FormatException if it is damaged
   */
  public static BtfExtension of(String name, byte[] content, ByteOrder order, Btf btf) {
    return ExtensionReader.read(Bytes.of(name, content, order), btf);
  }

  /**
   * The content of a section {@code .BTF.ext} with these records.
   *
   * @param texts gets the texts, and so must be written after; its types are those that the records
   *     refer to
   */
  public byte[] write(BtfBuilder texts) {
    return ExtensionWriter.write(this, texts);
  }
}
