package io.waggle.formats.usdt;

import io.waggle.formats.Bytes;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Note;
import io.waggle.formats.elf.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One place of a statically defined probe; inlined functions and templates make several of one.
 *
 * @param offset of its instruction in the file
 * @param semaphore file offset of a 16-bit counter that the program looks at before it prepares the
 *     arguments; 0 for none
 * @param arguments where they are, as the assembler wrote it; {@link ProbeArgument#parse} reads it
 */
public record StaticProbe(
    String provider, String name, long offset, long semaphore, String arguments) {
  private static final String OWNER = "stapsdt";
  private static final String BASE = ".stapsdt.base";

  /** {@code provider:name}. */
  public String fullName() {
    return provider + ":" + name;
  }

  /**
   * All probes of a file, in the order of its notes. Those in no executable segment are passed
   * over.
   *
   * @throws io.waggle.formats.FormatException when a note is cut off
   */
  public static List<StaticProbe> of(ElfFile file) {
    Optional<Section> base = file.section(BASE);
    List<StaticProbe> probes = new ArrayList<>();
    for (Note note : file.notes()) {
      if (note.type() == Note.STAPSDT && note.owner().equals(OWNER)) {
        read(file, base, note.content()).ifPresent(probes::add);
      }
    }
    return List.copyOf(probes);
  }

  /** Three addresses, as wide as the machine's, then three texts that end with NUL. */
  private static Optional<StaticProbe> read(ElfFile file, Optional<Section> base, Bytes note) {
    boolean wide = file.header().wide();
    int width = wide ? 8 : 4;
    long location = address(note, 0, wide);
    long linkedBase = address(note, width, wide);
    long semaphore = address(note, 2L * width, wide);
    // Prelinking moves addresses in the file but not those in notes: the base tells by how much.
    long moved = base.isPresent() && linkedBase != 0 ? base.get().address() - linkedBase : 0;
    long at = 3L * width;
    String provider = note.string(at);
    at += note.stringLength(at) + 1L;
    String name = note.string(at);
    at += note.stringLength(at) + 1L;
    String arguments = at < note.size() ? note.string(at) : "";
    long counter = semaphore == 0 ? 0 : file.offset(semaphore + moved).orElse(0);
    var code = file.codeOffset(location + moved);
    return code.isEmpty()
        ? Optional.empty()
        : Optional.of(new StaticProbe(provider, name, code.getAsLong(), counter, arguments));
  }

  private static long address(Bytes note, long at, boolean wide) {
    return wide ? note.i64(at) : note.u32(at);
  }
}
