package io.waggle.formats.dwarf;

import io.waggle.formats.Bytes;
import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Which code belongs to which line of the source, from an ELF file's section {@code .debug_line}.
 * All methods throw {@link FormatException} if the section is damaged. Valid as long as the file is
 * open.
 */
public final class LineTables {
  private static final int COMPRESSION_HEADER = 24; // Elf64_Chdr
  private static final long ZLIB = 1;
  private static final long LARGEST = 1L << 30;

  private final Bytes lines;
  private final LineHeader.Texts texts;

  private LineTables(Bytes lines, LineHeader.Texts texts) {
    this.lines = lines;
    this.texts = texts;
  }

  /** The tables of a file; empty if it has none. */
  public static Optional<LineTables> of(ElfFile elf) {
    Optional<Bytes> lines = content(elf, ".debug_line");
    return lines.map(
        bytes ->
            new LineTables(
                bytes,
                new LineHeader.Texts(content(elf, ".debug_line_str"), content(elf, ".debug_str"))));
  }

  private static Optional<Bytes> content(ElfFile elf, String name) {
    Optional<Section> section = elf.section(name);
    if (section.isEmpty() || section.get().type() == Section.NOBITS) {
      return Optional.empty();
    }
    Bytes content = elf.content(section.get());
    return Optional.of(section.get().isCompressed() ? inflate(elf, name, content) : content);
  }

  private static Bytes inflate(ElfFile elf, String name, Bytes packed) {
    long size = packed.i64(8);
    if (packed.u32(0) != ZLIB) {
      throw packed.unexpected(0, "content compressed by zlib", "kind " + packed.u32(0));
    }
    if (size < 0 || size > LARGEST) {
      throw packed.unexpected(8, "at most a gigabyte", Long.toUnsignedString(size));
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed.copy(COMPRESSION_HEADER, packed.size() - COMPRESSION_HEADER));
      byte[] content = new byte[(int) size];
      int length = 0;
      while (length < content.length) {
        int more = inflater.inflate(content, length, content.length - length);
        if (more == 0) {
          throw packed.unexpected(COMPRESSION_HEADER, size + " bytes", length + " bytes");
        }
        length += more;
      }
      ByteOrder order = packed.order();
      return Bytes.of(elf.name() + " " + name, content, order);
    } catch (DataFormatException damaged) {
      throw packed.unexpected(COMPRESSION_HEADER, "zlib", damaged.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** The paths of all source files that lines are of, sorted. */
  public List<String> files() {
    TreeSet<String> files = new TreeSet<>();
    for (LineHeader header : headers()) {
      header.files().stream().filter(file -> !file.isEmpty()).forEach(files::add);
    }
    return List.copyOf(files);
  }

  /**
   * Where the code of a line starts: the first address of each stretch of it, as linked, in the
   * order of the tables.
   *
   * @param file a path, or the end of one from a folder on
   * @param column of the statement; any when empty
   */
  public List<Long> addresses(String file, int line, OptionalInt column) {
    List<Long> found = new ArrayList<>();
    for (LineHeader header : headers()) {
      boolean[] wanted = new boolean[header.files().size()];
      boolean isAny = false;
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = isFile(header.files().get(i), file);
        isAny |= wanted[i];
      }
      if (isAny) {
        Stretches stretches = new Stretches(wanted, line, column, found);
        LineProgram.run(lines, header, stretches::row);
      }
    }
    return found;
  }

  /** The lines of a file that have code, sorted; for hints. */
  public List<Integer> lines(String file) {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (LineHeader header : headers()) {
      LineProgram.run(
          lines,
          header,
          row -> {
            if (row.isStatement()
                && !row.isEnd()
                && row.line() > 0
                && row.file() >= 0
                && row.file() < header.files().size()
                && isFile(header.files().get(row.file()), file)) {
              numbers.add(row.line());
            }
          });
    }
    return List.copyOf(numbers);
  }

  /** {@code src/a.c} is what is meant by {@code a.c}, and {@code ba.c} is not. */
  private static boolean isFile(String path, String wanted) {
    String plain = wanted.startsWith("./") ? wanted.substring(2) : wanted;
    return path.equals(plain)
        || path.length() > plain.length()
            && path.endsWith(plain)
            && !plain.startsWith("/")
            && path.charAt(path.length() - plain.length() - 1) == '/';
  }

  private List<LineHeader> headers() {
    List<LineHeader> headers = new ArrayList<>();
    for (long at = 0; at < lines.size(); at = headers.getLast().end()) {
      headers.add(LineHeader.read(lines, at, texts));
    }
    return headers;
  }

  /** Takes the first statement of each stretch of rows that belong to the line. */
  private static final class Stretches {
    private final boolean[] files;
    private final int line;
    private final OptionalInt column;
    private final List<Long> found;
    private boolean isInside;

    Stretches(boolean[] files, int line, OptionalInt column, List<Long> found) {
      this.files = files;
      this.line = line;
      this.column = column;
      this.found = found;
    }

    void row(LineRow row) {
      boolean belongs =
          !row.isEnd()
              && row.line() == line
              && row.file() >= 0
              && row.file() < files.length
              && files[row.file()]
              && (column.isEmpty() || column.getAsInt() == row.column());
      if (!belongs) {
        isInside = false;
      } else if (!isInside && row.isStatement()) {
        isInside = true;
        found.add(row.address());
      }
    }
  }
}
