package io.waggle.bpf.values;

import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Structure;
import io.waggle.formats.text.ByteText;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The fields of a structure beside each other, one value a line. A column is as wide as its values
 * usually are; one that is wider pushes the next to the right, which then find their places again.
 *
 * @param start characters before the first column
 * @param end characters up to the end of the last, when its values are as wide as usual
 * @param list from left to right
 */
public record Columns(int start, int end, List<Column> list) {
  private static final int NARROW = 6;

  /** One field, from character {@code start} of the line. */
  public record Column(String title, Field field, int start) {}

  public Columns {
    list = List.copyOf(list);
  }

  /** The columns of a structure, or a single one, without title, of any other type. */
  public static Columns of(ValueType type, int start) {
    List<Field> fields =
        type instanceof Structure structure ? structure.fields() : List.of(new Field("", type, 0));
    return of(fields, start);
  }

  /** The columns of some fields. */
  public static Columns of(List<Field> fields, int start) {
    List<Column> list = new ArrayList<>();
    int at = start;
    for (Field field : fields) {
      String title = field.name().toUpperCase(Locale.ROOT);
      list.add(new Column(title, field, at));
      at += Math.max(title.length(), width(field.type())) + 1;
    }
    return new Columns(start, Math.max(start, at - 1), list);
  }

  private static int width(ValueType type) {
    return switch (type) {
      case ValueType.Pointer _ -> 18;
      case ValueType.Number number when number.size() == Long.BYTES -> 12;
      case ValueType.Number number when number.size() == Integer.BYTES -> 7;
      case ValueType.Enumeration _ -> 12;
      case ValueType.Text text -> (int) Math.clamp(text.size() - 1, NARROW, 16);
      default -> NARROW;
    };
  }

  /** Appends the titles; the line that is written to began at {@code line}. */
  public void header(ByteText out, int line) {
    for (Column column : list) {
      advance(out, line, column);
      out.put(column.title());
    }
  }

  /**
   * Appends the values at {@code offset} of {@code memory}, to the line that began at {@code line}.
   * Programs send what they have filled in: of a field beyond {@code length} bytes, text is shown
   * as far as it goes, and {@code -} in place of others.
   *
   * @throws ValueException if {@code length} bytes do not lie inside the memory
   */
  public void row(ByteText out, int line, MemorySegment memory, long offset, long length) {
    if (offset < 0 || length > memory.byteSize() - offset) {
      throw new ValueException("an event of " + length + " bytes does not lie in its memory");
    }
    for (int i = 0; i < list.size(); i++) {
      Column column = list.get(i);
      advance(out, line, column);
      Field field = column.field();
      long rest = length - field.offset();
      if (rest >= field.type().size()) {
        ValueText.write(out, field.type(), memory, offset + field.offset());
      } else if (rest > 0 && field.type() instanceof ValueType.Text) {
        ValueText.text(out, memory, offset + field.offset(), rest);
      } else {
        out.put('-');
      }
    }
  }

  private void advance(ByteText out, int line, Column column) {
    int missing = column.start() - (out.length() - line);
    if (missing <= 0 && column.start() > start) {
      missing = 1;
    }
    for (int i = 0; i < missing; i++) {
      out.put(' ');
    }
  }
}
