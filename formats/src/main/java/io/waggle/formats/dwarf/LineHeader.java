package io.waggle.formats.dwarf;

import io.waggle.formats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of one line program (DWARF 5, 6.2.4): how its instructions are to be read and which
 * source files its lines are of.
 *
 * @param version of the format, 2 to 5
 * @param program offset of the first instruction
 * @param end offset behind the last
 * @param operands how many each standard instruction has, by its number less 1
 * @param files paths; a line names one by its index in this list
 */
record LineHeader(
    int version,
    long program,
    long end,
    int minimumLength,
    boolean startsStatement,
    int lineBase,
    int lineRange,
    int opcodeBase,
    int[] operands,
    List<String> files) {
  private static final long WIDE = 0xffffffffL;

  // DW_LNCT_*: what an entry of the tables of version 5 consists of.
  private static final long PATH = 1;
  private static final long DIRECTORY = 2;

  /** Texts elsewhere, where the file has them. */
  record Texts(Optional<Bytes> lines, Optional<Bytes> debug) {}

  static LineHeader read(Bytes section, long offset, Texts texts) {
    Cursor cursor = new Cursor(section, offset);
    long length = cursor.u32();
    boolean isWide = length == WIDE;
    if (isWide) {
      length = cursor.u64();
    }
    long end = cursor.at() + length;
    if (length < 0 || end > section.size()) {
      throw section.unexpected(offset, "a line program inside the section", "one of " + length);
    }
    int version = cursor.u16();
    if (version < 2 || version > 5) {
      throw section.unexpected(
          cursor.at() - 2, "line numbers of DWARF 2 to 5", Integer.toString(version));
    }
    if (version == 5) {
      cursor.u8(); // bytes of an address, which each instruction that has one tells itself
      cursor.u8(); // bytes of a segment selector
    }
    long headerLength = cursor.offset(isWide);
    long program = cursor.at() + headerLength;
    int minimumLength = cursor.u8();
    if (version >= 4) {
      cursor.u8(); // operations of one instruction word, 1 but on VLIW machines
    }
    boolean startsStatement = cursor.u8() != 0;
    int lineBase = (byte) cursor.u8();
    int lineRange = cursor.u8();
    int opcodeBase = cursor.u8();
    if (lineRange == 0 || opcodeBase == 0 || program > end || program < 0) {
      throw section.unexpected(cursor.at(), "a line program's header", "one that is damaged");
    }
    int[] operands = new int[opcodeBase - 1];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = cursor.u8();
    }
    List<String> files = version == 5 ? filesOf5(cursor, isWide, texts) : filesOf4(cursor);
    return new LineHeader(
        version,
        program,
        end,
        minimumLength,
        startsStatement,
        lineBase,
        lineRange,
        opcodeBase,
        operands,
        files);
  }

  /** Before version 5 both lists are counted from 1; folder 0 is where the compiler ran. */
  private static List<String> filesOf4(Cursor cursor) {
    List<String> folders = new ArrayList<>();
    folders.add("");
    for (String folder = cursor.text(); !folder.isEmpty(); folder = cursor.text()) {
      folders.add(folder);
    }
    List<String> files = new ArrayList<>();
    files.add("");
    for (String file = cursor.text(); !file.isEmpty(); file = cursor.text()) {
      long folder = cursor.unsigned();
      cursor.unsigned(); // time of the last change
      cursor.unsigned(); // size
      files.add(path(folders, folder, file));
    }
    return files;
  }

  private static List<String> filesOf5(Cursor cursor, boolean isWide, Texts texts) {
    List<String> folders = new ArrayList<>();
    entries(cursor, isWide, texts, List.of(), folders);
    List<String> files = new ArrayList<>();
    entries(cursor, isWide, texts, folders, files);
    return files;
  }

  private static void entries(
      Cursor cursor, boolean isWide, Texts texts, List<String> folders, List<String> into) {
    int columns = cursor.u8();
    long[] contents = new long[columns];
    long[] forms = new long[columns];
    for (int i = 0; i < columns; i++) {
      contents[i] = cursor.unsigned();
      forms[i] = cursor.unsigned();
    }
    long count = cursor.unsigned();
    if (columns == 0 && count != 0 || count < 0 || count > cursor.bytes().size()) {
      throw cursor.bytes().unexpected(cursor.at(), "a list of files", count + " entries");
    }
    for (long entry = 0; entry < count; entry++) {
      String path = "";
      long folder = 0;
      for (int i = 0; i < columns; i++) {
        if (contents[i] == PATH) {
          path = text(cursor, forms[i], isWide, texts);
        } else {
          long value = number(cursor, forms[i], isWide);
          folder = contents[i] == DIRECTORY ? value : folder;
        }
      }
      into.add(path(folders, folder, path));
    }
  }

  private static String path(List<String> folders, long folder, String file) {
    if (file.startsWith("/") || folder < 0 || folder >= folders.size()) {
      return file;
    }
    String above = folders.get((int) folder);
    // Folders themselves may be relative to the first.
    if (!above.startsWith("/") && folder > 0 && !folders.getFirst().isEmpty()) {
      above = folders.getFirst() + "/" + above;
    }
    return above.isEmpty() ? file : above + "/" + file;
  }

  // DW_FORM_*, as far as these tables may use them.

  private static String text(Cursor cursor, long form, boolean isWide, Texts texts) {
    return switch ((int) form) {
      case 0x08 -> cursor.text();
      case 0x0e -> string(cursor, texts.debug(), cursor.offset(isWide));
      case 0x1f -> string(cursor, texts.lines(), cursor.offset(isWide));
      default -> throw unknown(cursor, form);
    };
  }

  private static String string(Cursor cursor, Optional<Bytes> section, long offset) {
    return section
        .orElseThrow(
            () ->
                cursor.bytes().unexpected(cursor.at(), "a section with the names of files", "none"))
        .string(offset);
  }

  private static long number(Cursor cursor, long form, boolean isWide) {
    return switch ((int) form) {
      case 0x0b -> cursor.u8();
      case 0x05 -> cursor.u16();
      case 0x06 -> cursor.u32();
      case 0x07 -> cursor.u64();
      case 0x0f -> cursor.unsigned();
      case 0x1e -> {
        cursor.moveTo(cursor.at() + 16); // a checksum
        yield 0;
      }
      case 0x09 -> {
        cursor.moveTo(cursor.at() + cursor.unsigned());
        yield 0;
      }
      case 0x0e, 0x1f -> cursor.offset(isWide);
      case 0x08 -> {
        cursor.text();
        yield 0;
      }
      default -> throw unknown(cursor, form);
    };
  }

  private static io.waggle.formats.FormatException unknown(Cursor cursor, long form) {
    return cursor
        .bytes()
        .unexpected(cursor.at(), "a form of value that lists of files have", "form " + form);
  }
}
