package io.waggle.bpf.values;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Scalar;
import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import java.lang.foreign.MemorySegment;

/**
 * Values for machines: numbers as numbers however large, those of 16 bytes as strings of digits,
 * addresses as {@code "0xffff…"}, enumerations by name if the number has one, text as strings in
 * which bytes that are no characters become U+FFFD, arrays, and structures as objects. What JSON
 * has no number for (infinity) is a string.
 */
public final class ValueJson {
  private ValueJson() {}

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
      case ValueType.Wide wide ->
          out.put('"').put(Reads.wide(wide, memory, offset).toString()).put('"');
      case ValueType.Floating floating -> floating(out, Reads.floating(floating, memory, offset));
      case ValueType.Text text -> text(out, memory, offset, text.size());
      case ValueType.Array array -> array(out, array, memory, offset);
      case ValueType.Structure structure -> structure(out, structure, memory, offset);
    }
  }

  private static void scalar(ByteText out, Scalar type, long value) {
    switch (type) {
      case ValueType.Bool _ -> out.put(value == 0 ? "false" : "true");
      case ValueType.Pointer _ -> out.put("\"0x").hex(value, false).put('"');
      case ValueType.Enumeration words when words.find(value) >= 0 ->
          Json.string(out, words.names().get(words.find(value)).name());
      default -> {
        if (type.isSigned()) {
          out.decimal(value);
        } else {
          out.unsigned(value);
        }
      }
    }
  }

  private static void floating(ByteText out, double value) {
    if (Double.isFinite(value)) {
      out.put(Double.toString(value));
    } else {
      out.put('"').put(Double.toString(value)).put('"');
    }
  }

  static void text(ByteText out, MemorySegment memory, long offset, long most) {
    long end = offset + Reads.textLength(memory, offset, most);
    out.put('"');
    int from = out.length();
    for (long at = offset; at < end; ) {
      int length = Utf8.character(memory, at, end);
      if (length == 0) {
        out.put(0xef).put(0xbf).put(0xbd);
        at++;
      } else if (length == 1) {
        out.put(memory.get(JAVA_BYTE, at++));
      } else {
        out.put(memory, at, length);
        at += length;
      }
    }
    Json.escape(out, from);
    out.put('"');
  }

  private static void array(
      ByteText out, ValueType.Array array, MemorySegment memory, long offset) {
    long step = array.element().size();
    out.put('[');
    for (long i = 0; i < array.count(); i++) {
      if (i > 0) {
        out.put(',');
      }
      value(out, array.element(), memory, offset + i * step);
    }
    out.put(']');
  }

  private static void structure(
      ByteText out, ValueType.Structure structure, MemorySegment memory, long offset) {
    out.put('{');
    for (int i = 0; i < structure.fields().size(); i++) {
      Field field = structure.fields().get(i);
      if (i > 0) {
        out.put(',');
      }
      Json.string(out, field.name());
      out.put(':');
      value(out, field.type(), memory, offset + field.offset());
    }
    out.put('}');
  }
}
