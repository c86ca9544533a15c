package io.waggle.formats.btf;

import io.waggle.formats.Bytes;
import io.waggle.formats.btf.BtfExtension.CoreRecord;
import io.waggle.formats.btf.BtfExtension.FunctionRecord;
import io.waggle.formats.btf.BtfExtension.LineRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code .BTF.ext}: a header that places three tables. A table is the size of its records,
 * then for each section of code its name, the number of records, and these. Records may grow at
 * their ends.
 */
final class ExtensionReader {
  private static final int MAGIC = 0xeb9f;
  private static final int SHORT_HEADER = 24;
  private static final int CORE_HEADER = 32;

  private final Bytes bytes;
  private final Btf btf;
  private final long header;

  /** The lines of a function share their file's name, and instructions their line. */
  private final Map<Long, String> texts = new HashMap<>();

  private ExtensionReader(Bytes bytes, Btf btf) {
    this.bytes = bytes;
    this.btf = btf;
    if (bytes.u16(0) != MAGIC) {
      throw bytes.unexpected(
          0, "BTF.ext (magic eb9f)", "bytes " + Integer.toHexString(bytes.u16(0)));
    }
    if (bytes.u8(2) != 1) {
      throw bytes.unexpected(2, "BTF.ext version 1", Integer.toString(bytes.u8(2)));
    }
    header = bytes.u32(4);
    if (header < SHORT_HEADER) {
      throw bytes.unexpected(4, "a header of at least 24 bytes", Long.toString(header));
    }
  }

  static BtfExtension read(Bytes bytes, Btf btf) {
    return new ExtensionReader(bytes, btf).read();
  }

  private BtfExtension read() {
    List<FunctionRecord> functions = new ArrayList<>();
    List<LineRecord> lines = new ArrayList<>();
    List<CoreRecord> relocations = new ArrayList<>();
    table(8, 8, (section, table, at) -> functions.add(function(section, table, at)));
    table(16, 16, (section, table, at) -> lines.add(line(section, table, at)));
    if (header >= CORE_HEADER) {
      table(24, 16, (section, table, at) -> relocations.add(relocation(section, table, at)));
    }
    return new BtfExtension(functions, lines, relocations);
  }

  private interface Entry {
    void read(String section, Bytes table, long at);
  }

  private void table(int place, int least, Entry entry) {
    long length = bytes.u32(place + 4L);
    if (length == 0) {
      return;
    }
    Bytes table = bytes.slice("BTF.ext", header + bytes.u32(place), length);
    long size = table.u32(0);
    if (size < least || size % 4 != 0) {
      throw table.unexpected(
          0, "records of " + least + " bytes or more, a multiple of 4", size + " bytes");
    }
    long at = 4;
    while (at < table.size()) {
      String section = text(table.u32(at));
      long count = table.u32(at + 4);
      long records = at + 8;
      if (count > (table.size() - records) / size) {
        throw table.unexpected(
            at + 4,
            "as many records as " + (table.size() - records) + " bytes hold",
            Long.toString(count));
      }
      for (long i = 0; i < count; i++) {
        entry.read(section, table, records + i * size);
      }
      at = records + count * size;
    }
  }

  private FunctionRecord function(String section, Bytes table, long at) {
    return new FunctionRecord(section, table.u32(at), type(table, at + 4));
  }

  private LineRecord line(String section, Bytes table, long at) {
    int place = table.i32(at + 12);
    return new LineRecord(
        section,
        table.u32(at),
        text(table.u32(at + 4)),
        text(table.u32(at + 8)),
        place >>> 10,
        place & 0x3ff);
  }

  private CoreRecord relocation(String section, Bytes table, long at) {
    return new CoreRecord(
        section, table.u32(at), type(table, at + 4), text(table.u32(at + 8)), table.i32(at + 12));
  }

  private int type(Bytes table, long at) {
    int type = table.i32(at);
    if (type < 0 || type >= btf.count()) {
      throw table.unexpected(
          at, "a type below " + btf.count(), "type " + Integer.toUnsignedString(type));
    }
    return type;
  }

  private String text(long offset) {
    return texts.computeIfAbsent(offset, btf::string);
  }
}
