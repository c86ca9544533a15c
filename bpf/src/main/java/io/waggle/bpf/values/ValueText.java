package io.waggle.bpf.values;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Scalar;
import io.waggle.formats.text.ByteText;
import java.lang.foreign.MemorySegment;

/**
 * Values for people: numbers in decimal, addresses in hexadecimal, enumerations by name, text as it
 * is, {@code [1, 2]} and <code>{ .pid = 1, .comm = sh }</code>. Bytes of text that would move the
 * cursor, or are no characters, come as {@code \x1b}. Numbers and text make no object.
 */
public final class ValueText {
  private ValueText() {}

  /**
   * Appends the value at {@code offset} of {@code memory}.
   *
   * @throws ValueException if it does not lie inside the memory
   */
  public static void write(ByteText out, ValueType type, MemorySegment memory, long offset) {
    Reads.requireRoom(type, memory, offset);
    value(out, type, memory, offset);
  }

  private static void value(ByteText out, ValueType type, MemorySegment memory, long offset) {
    switch (type) {
      case Scalar scalar -> scalar(out, scalar, Reads.scalar(scalar, memory, offset));
      case ValueType.Bits bits -> scalar(out, bits.unit(), Reads.bits(bits, memory, offset));
      case ValueType.Wide wide -> out.put(Reads.wide(wide, memory, offset).toString());
      case ValueType.Floating floating ->
          out.put(Double.toString(Reads.floating(floating, memory, offset)));
      case ValueType.Text text -> text(out, memory, offset, text.size());
      case ValueType.Array array -> array(out, array, memory, offset);
      case ValueType.Structure structure -> structure(out, structure, memory, offset);
    }
  }

  private static void scalar(ByteText out, Scalar type, long value) {
    switch (type) {
      case ValueType.Number number -> number(out, value, number.isSigned());
      case ValueType.Bool _ -> out.put(value == 0 ? "false" : "true");
      case ValueType.Char _ -> {
        if (value >= ' ' && value < 0x7f) {
          out.put('\'').put((int) value).put('\'');
        } else {
          out.decimal(value);
        }
      }
      case ValueType.Pointer _ -> out.put("0x").hex(value, false);
      case ValueType.Enumeration words -> {
        int found = words.find(value);
        if (found >= 0) {
          out.put(words.names().get(found).name());
        } else {
          number(out, value, words.isSigned());
        }
      }
    }
  }

  private static void number(ByteText out, long value, boolean signed) {
    if (signed) {
      out.decimal(value);
    } else {
      out.unsigned(value);
    }
  }

  /** Text up to its first zero byte, at most {@code most} bytes. */
  static void text(ByteText out, MemorySegment memory, long offset, long most) {
    long end = offset + Reads.textLength(memory, offset, most);
    for (long at = offset; at < end; ) {
      int b = memory.get(JAVA_BYTE, at) & 0xff;
      int length = Utf8.character(memory, at, end);
      if (length == 0 || b < ' ' || b == 0x7f) {
        out.put('\\').put('x').hexByte(b);
        at++;
      } else {
        out.put(memory, at, length);
        at += length;
      }
    }
  }

  private static void array(
      ByteText out, ValueType.Array array, MemorySegment memory, long offset) {
    long step = array.element().size();
    out.put('[');
    for (long i = 0; i < array.count(); i++) {
      if (i > 0) {
        out.put(", ");
      }
      value(out, array.element(), memory, offset + i * step);
    }
    out.put(']');
  }

  private static void structure(
      ByteText out, ValueType.Structure structure, MemorySegment memory, long offset) {
    out.put("{ ");
    for (int i = 0; i < structure.fields().size(); i++) {
      Field field = structure.fields().get(i);
      out.put(i > 0 ? ", ." : ".").put(field.name()).put(" = ");
      value(out, field.type(), memory, offset + field.offset());
    }
    out.put(structure.fields().isEmpty() ? "}" : " }");
  }
}
