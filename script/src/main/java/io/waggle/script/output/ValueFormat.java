package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.script.types.Layout;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a value of a type is read from memory and written: compiled once, then without objects.
 *
 * <p>Memory is in the machine's byte order; nothing needs to be aligned.
 */
public final class ValueFormat {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueFormat[] NO_PARTS = {};
  private static final byte[] NULL = ByteText.ascii("null");
  private static final byte[] TRUE = ByteText.ascii("true");
  private static final byte[] FALSE = ByteText.ascii("false");

  // Small constants rather than an enum: a switch on an enum needs a class with an array more.
  static final int NONE = 0;
  static final int BOOL = 1;
  static final int SIGNED = 2;
  static final int UNSIGNED = 3;
  static final int TEXT = 4;
  static final int BUFFER = 5;
  static final int POINTER = 6;
  static final int NAMED = 7;
  static final int TUPLE = 8;
  static final int RECORD = 9;
  static final int ARRAY = 10;
  static final int ENUMERATION = 11;

  final int kind;
  final int offset;
  final int size;
  private final ValueFormat[] parts;
  private final Type.Plain type;
  private final Names names;

  /** Names of a record's parts. */
  private byte[][] labels = {};

  /** Names of an enumeration's values. */
  private Map<Long, String> values = Map.of();

  /** Whether a text may fill its room without a NUL, as arrays of C may. */
  private boolean full;

  private Type.Bits bits = Type.Bits.ALL;
  private boolean signed;

  private ValueFormat(int kind, int offset, Type.Plain type, ValueFormat[] parts, Names names) {
    this.kind = kind;
    this.offset = offset;
    this.size = type.size();
    this.parts = parts;
    this.type = type;
    this.names = names;
  }

  /** The way to write a {@code type} that lies {@code offset} bytes from where a record starts. */
  public static ValueFormat of(Type.Plain type, int offset, Names names) {
    int kind =
        switch (type) {
          case Type.None none -> NONE;
          case Type.Bool bool -> BOOL;
          case Type.Int integer -> integer.signed() ? SIGNED : UNSIGNED;
          case Type.Text text -> TEXT;
          case Type.Buffer buffer -> BUFFER;
          case Type.Pointer pointer -> POINTER;
          case Type.Named named -> NAMED;
          case Type.Tuple tuple -> tuple.isRecord() ? RECORD : TUPLE;
          case Type.Structure structure -> RECORD;
          case Type.Array array -> ARRAY;
          case Type.Enumeration enumeration -> ENUMERATION;
        };
    ValueFormat[] parts = parts(type, offset, names);
    ValueFormat format = new ValueFormat(kind, offset, type, parts, names);
    switch (type) {
      case Type.Tuple tuple -> format.labels = labels(tuple.names());
      case Type.Structure structure -> {
        List<String> labels = new ArrayList<>();
        structure.layout().members().forEach(member -> labels.add(member.name()));
        format.labels = labels(labels);
      }
      case Type.Enumeration enumeration -> {
        format.values = enumeration.names();
        format.signed = enumeration.base().signed();
      }
      case Type.Int integer -> format.signed = integer.signed();
      default -> {}
    }
    return format;
  }

  private static ValueFormat[] parts(Type.Plain type, int offset, Names names) {
    switch (type) {
      case Type.Tuple tuple -> {
        ValueFormat[] parts = new ValueFormat[tuple.elements().size()];
        for (int i = 0; i < parts.length; i++) {
          parts[i] = of(tuple.elements().get(i), offset + tuple.offset(i), names);
        }
        return parts;
      }
      case Type.Structure structure -> {
        List<Layout.Member> members = structure.layout().members();
        ValueFormat[] parts = new ValueFormat[members.size()];
        for (int i = 0; i < parts.length; i++) {
          parts[i] = of(members.get(i).type(), offset + members.get(i).offset(), names);
          parts[i].bits = members.get(i).bits();
          parts[i].full = true;
        }
        return parts;
      }
      case Type.Array array -> {
        ValueFormat[] parts = new ValueFormat[array.count()];
        for (int i = 0; i < parts.length; i++) {
          parts[i] = of(array.element(), offset + i * array.element().size(), names);
        }
        return parts;
      }
      default -> {
        return NO_PARTS;
      }
    }
  }

  private static byte[][] labels(List<String> labels) {
    byte[][] bytes = new byte[labels.size()][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = labels.get(i).getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  ValueFormat[] parts() {
    return parts;
  }

  /** The number at this place; booleans are 0 or 1. */
  public long number(MemorySegment memory, long start) {
    long at = start + offset;
    long number =
        switch (size) {
          case 8 -> memory.get(LONG, at);
          case 4 -> signed ? memory.get(INT, at) : memory.get(INT, at) & 0xffff_ffffL;
          case 2 -> signed ? memory.get(SHORT, at) : memory.get(SHORT, at) & 0xffffL;
          case 1 -> {
            byte value = memory.get(ValueLayout.JAVA_BYTE, at);
            yield signed ? value : value & 0xffL;
          }
          default -> 0;
        };
    return bits.count() == 0 ? number : field(number);
  }

  /** The bits that a bit field is. */
  private long field(long number) {
    long top = number << 64 - bits.shift() - bits.count();
    return signed ? top >> 64 - bits.count() : top >>> 64 - bits.count();
  }

  /** Appends the value as text. */
  public void text(ByteText out, MemorySegment memory, long start) {
    text(out, memory, start, 1);
  }

  /** Appends the value as text, numbers divided by {@code divisor}. */
  void text(ByteText out, MemorySegment memory, long start, long divisor) {
    switch (kind) {
      case SIGNED -> out.decimal(number(memory, start) / divisor);
      case UNSIGNED -> out.unsigned(Long.divideUnsigned(number(memory, start), divisor));
      case TEXT -> string(out, memory, start);
      case POINTER -> out.put('0').put('x').hex(number(memory, start), false);
      case BOOL -> out.put(number(memory, start) != 0 ? TRUE : FALSE);
      case BUFFER -> escaped(out, memory, start, true);
      case NAMED -> names.write(out, (Type.Named) type, memory, start + offset);
      case TUPLE -> {
        out.put('(');
        elements(out, memory, start, divisor);
        out.put(')');
      }
      case RECORD -> record(out, memory, start, divisor);
      case ARRAY -> {
        out.put('[');
        for (int i = 0; i < parts.length; i++) {
          if (i > 0) {
            out.put(',');
          }
          parts[i].text(out, memory, start, divisor);
        }
        out.put(']');
      }
      case ENUMERATION -> {
        String name = values.get(number(memory, start));
        if (name != null) {
          out.put(name);
        } else if (signed) {
          out.decimal(number(memory, start));
        } else {
          out.unsigned(number(memory, start));
        }
      }
      default -> out.put(NULL);
    }
  }

  /** {@code { .name = value, … }}. */
  private void record(ByteText out, MemorySegment memory, long start, long divisor) {
    out.put('{').put(' ');
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        out.put(',').put(' ');
      }
      out.put('.').put(labels[i]).put(' ').put('=').put(' ');
      parts[i].text(out, memory, start, divisor);
    }
    out.put(' ').put('}');
  }

  /** Appends the value as a key stands in brackets: a tuple without its parentheses. */
  public void key(ByteText out, MemorySegment memory, long start) {
    if (kind == TUPLE) {
      elements(out, memory, start, 1);
    } else {
      text(out, memory, start, 1);
    }
  }

  private void elements(ByteText out, MemorySegment memory, long start, long divisor) {
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        out.put(',').put(' ');
      }
      parts[i].text(out, memory, start, divisor);
    }
  }

  /** Appends the value as JSON. */
  public void json(ByteText out, MemorySegment memory, long start) {
    json(out, memory, start, 1);
  }

  void json(ByteText out, MemorySegment memory, long start, long divisor) {
    switch (kind) {
      case SIGNED -> Json.signed(out, number(memory, start) / divisor);
      case UNSIGNED -> Json.unsigned(out, Long.divideUnsigned(number(memory, start), divisor));
      case POINTER -> Json.unsigned(out, number(memory, start));
      case BOOL -> out.put(number(memory, start) != 0 ? TRUE : FALSE);
      case TEXT, NAMED -> {
        out.put('"');
        int from = out.length();
        text(out, memory, start, divisor);
        Json.escape(out, from);
        out.put('"');
      }
      case BUFFER -> {
        out.put('[');
        int count = bufferLength(memory, start);
        for (int i = 0; i < count; i++) {
          if (i > 0) {
            out.put(',');
          }
          out.decimal(memory.get(ValueLayout.JAVA_BYTE, start + offset + 4 + i));
        }
        out.put(']');
      }
      case ENUMERATION -> {
        if (values.containsKey(number(memory, start))) {
          Json.string(out, values.get(number(memory, start)));
        } else {
          text(out, memory, start, divisor);
        }
      }
      case RECORD -> {
        out.put('{');
        for (int i = 0; i < parts.length; i++) {
          out.put(i == 0 ? "\"" : ", \"").put(labels[i]).put("\": ");
          parts[i].json(out, memory, start, divisor);
        }
        out.put('}');
      }
      case TUPLE, ARRAY -> {
        out.put('[');
        for (int i = 0; i < parts.length; i++) {
          if (i > 0) {
            out.put(',');
          }
          parts[i].json(out, memory, start, divisor);
        }
        out.put(']');
      }
      default -> out.put(NULL);
    }
  }

  /** Appends the value as a member name of a JSON object: elements of a tuple without spaces. */
  void jsonKey(ByteText out, MemorySegment memory, long start) {
    out.put('"');
    int from = out.length();
    compact(out, memory, start, true);
    Json.escape(out, from);
    out.put('"');
  }

  private void compact(ByteText out, MemorySegment memory, long start, boolean outermost) {
    if (kind != TUPLE) {
      text(out, memory, start, 1);
      return;
    }
    if (!outermost) {
      out.put('(');
    }
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        out.put(',');
      }
      parts[i].compact(out, memory, start, false);
    }
    if (!outermost) {
      out.put(')');
    }
  }

  private void string(ByteText out, MemorySegment memory, long start) {
    long from = start + offset;
    int length = 0;
    while (length < size && memory.get(ValueLayout.JAVA_BYTE, from + length) != 0) {
      length++;
    }
    out.put(memory, from, length);
    if (length == size && size > 0 && !full) {
      // No NUL: the string was cut off, which bpftrace shows by its str_trunc_trailer.
      out.put('.').put('.');
    }
  }

  private int bufferLength(MemorySegment memory, long start) {
    // What the program wrote is bounded by the room the type has.
    return Math.clamp(memory.get(INT, start + offset) & 0xffff_ffffL, 0, size - 4);
  }

  /** Appends a buffer, printable bytes as they are if {@code keep}, others as {@code \xNN}. */
  void escaped(ByteText out, MemorySegment memory, long start, boolean keep) {
    int count = bufferLength(memory, start);
    for (int i = 0; i < count; i++) {
      int value = memory.get(ValueLayout.JAVA_BYTE, start + offset + 4 + i);
      if (keep && value >= 32 && value <= 126) {
        out.put(value);
      } else {
        out.put('\\').put('x').hexByte(value);
      }
    }
  }

  /** Appends a buffer as hexadecimal bytes with spaces between them. */
  void spaced(ByteText out, MemorySegment memory, long start) {
    int count = bufferLength(memory, start);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(' ');
      }
      out.hexByte(memory.get(ValueLayout.JAVA_BYTE, start + offset + 4 + i));
    }
  }
}
