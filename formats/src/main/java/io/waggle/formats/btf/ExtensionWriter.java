package io.waggle.formats.btf;

import io.waggle.formats.btf.BtfExtension.CoreRecord;
import io.waggle.formats.btf.BtfExtension.FunctionRecord;
import io.waggle.formats.btf.BtfExtension.LineRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Writes {@code .BTF.ext}; {@link ExtensionReader} the other way round. */
final class ExtensionWriter {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 32;
  private static final int FUNCTION = 8; // struct bpf_func_info
  private static final int LINE = 16; // struct bpf_line_info
  private static final int RELOCATION = 16; // struct bpf_core_relo
  private static final int LARGEST_COLUMN = 0x3ff;

  private final BtfBuilder texts;

  private ExtensionWriter(BtfBuilder texts) {
    this.texts = texts;
  }

  static byte[] write(BtfExtension extension, BtfBuilder texts) {
    return new ExtensionWriter(texts).write(extension);
  }

  private byte[] write(BtfExtension extension) {
    byte[] functions =
        table(
            extension.functions(),
            FUNCTION,
            FunctionRecord::section,
            (record, to) -> to.putInt((int) record.offset()).putInt(record.type()));
    byte[] lines = table(extension.lines(), LINE, LineRecord::section, this::line);
    byte[] relocations =
        table(extension.relocations(), RELOCATION, CoreRecord::section, this::relocation);
    ByteBuffer all =
        ByteBuffer.allocate(HEADER + functions.length + lines.length + relocations.length)
            .order(texts.order());
    all.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER);
    all.putInt(0).putInt(functions.length);
    all.putInt(functions.length).putInt(lines.length);
    all.putInt(functions.length + lines.length).putInt(relocations.length);
    return all.put(functions).put(lines).put(relocations).array();
  }

  private <T> byte[] table(
      List<T> records, int size, Function<T, String> section, BiConsumer<T, ByteBuffer> encode) {
    if (records.isEmpty()) {
      return new byte[0];
    }
    Map<String, List<T>> sections = new LinkedHashMap<>();
    for (T record : records) {
      sections.computeIfAbsent(section.apply(record), _ -> new ArrayList<>()).add(record);
    }
    ByteBuffer table =
        ByteBuffer.allocate(4 + 8 * sections.size() + size * records.size()).order(texts.order());
    table.putInt(size);
    sections.forEach(
        (name, its) -> {
          table.putInt(texts.text(name)).putInt(its.size());
          its.forEach(record -> encode.accept(record, table));
        });
    return table.array();
  }

  private void line(LineRecord record, ByteBuffer to) {
    to.putInt((int) record.offset());
    to.putInt(texts.text(record.file())).putInt(texts.text(record.text()));
    to.putInt(record.line() << 10 | Math.min(record.column(), LARGEST_COLUMN));
  }

  private void relocation(CoreRecord record, ByteBuffer to) {
    to.putInt((int) record.offset()).putInt(record.type());
    to.putInt(texts.text(record.access())).putInt(record.kind());
  }
}
