package io.waggle.bpf.values;

import io.waggle.bpf.values.ValueType.Enumeration;
import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Scalar;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** BTF to {@link ValueType}: follows names, checks that all parts lie inside and that it ends. */
final class ValueTypes {
  /** Numbers and texts in one value; more would print for minutes, or for ever. */
  private static final long MOST_PARTS = 1 << 22;

  private static final int DEEPEST = 64;

  private final Btf btf;
  private final Map<Integer, Counted> known = new HashMap<>();
  private final Set<Integer> open = new HashSet<>();

  /** A type with how many parts it prints. */
  private record Counted(ValueType type, long parts) {}

  ValueTypes(Btf btf) {
    this.btf = btf;
  }

  ValueType of(int type) {
    return counted(type).type();
  }

  private Counted counted(int type) {
    int stripped = btf.strip(type);
    Counted found = known.get(stripped);
    if (found != null) {
      return found;
    }
    if (!open.add(stripped) || open.size() > DEEPEST) {
      throw new ValueException(describe(stripped) + " holds itself, or is nested too deep");
    }
    Counted made = make(stripped);
    open.remove(stripped);
    if (made.parts() > MOST_PARTS) {
      throw new ValueException(describe(stripped) + " has too many parts to be printed");
    }
    known.put(stripped, made);
    return made;
  }

  private Counted make(int type) {
    return switch (btf.type(type)) {
      case BtfType.Int number -> new Counted(integer(type, number), 1);
      case BtfType.Pointer _ -> new Counted(new ValueType.Pointer(), 1);
      case BtfType.Enumeration words -> new Counted(enumeration(type, words), 1);
      case BtfType.Floating number when isPower(number.size(), 2, 8) ->
          new Counted(new ValueType.Floating(number.size()), 1);
      case BtfType.Array array -> array(type, array);
      case BtfType.Struct struct -> struct(type, struct);
      case BtfType.Variable variable -> counted(variable.type());
      case BtfType.DataSection section -> section(type, section);
      default -> throw new ValueException(describe(type) + " has no values that can be printed");
    };
  }

  private ValueType integer(int type, BtfType.Int number) {
    if (number.isBool() && isPower(number.size(), 1, 8)) {
      return new ValueType.Bool(number.size());
    }
    if (number.size() == 1 && (number.isChar() || number.name().equals("char"))) {
      return new ValueType.Char(number.isSigned());
    }
    if (number.size() == 16) {
      return new ValueType.Wide(number.isSigned());
    }
    requireSize(type, number.size());
    return new ValueType.Number(number.size(), number.isSigned());
  }

  private ValueType enumeration(int type, BtfType.Enumeration words) {
    requireSize(type, words.size());
    Map<Long, String> names = new TreeMap<>();
    for (BtfType.Enumerator word : words.values()) {
      // The first of several names is the one that the header's author put first.
      names.putIfAbsent(word.value(), word.name());
    }
    List<Enumeration.Name> sorted = new ArrayList<>(names.size());
    names.forEach((number, name) -> sorted.add(new Enumeration.Name(name, number)));
    return new Enumeration(words.name(), words.size(), words.isSigned(), sorted);
  }

  private Counted array(int type, BtfType.Array array) {
    Counted element = counted(array.element());
    if (element.type() instanceof ValueType.Char) {
      return new Counted(new ValueType.Text(array.count()), 1);
    }
    long size = element.type().size();
    if (size > 0 && array.count() > Integer.MAX_VALUE / size) {
      throw new ValueException(describe(type) + " is larger than 2 GiB");
    }
    // What has no size, such as an empty structure, is not worth being printed over and over.
    long count = size == 0 ? 0 : array.count();
    return new Counted(
        new ValueType.Array(element.type(), count), 1 + times(count, element.parts()));
  }

  private Counted struct(int type, BtfType.Struct struct) {
    List<Field> fields = new ArrayList<>(struct.members().size());
    long parts = 1;
    for (BtfType.Member member : struct.members()) {
      Counted content = counted(member.type());
      parts = plus(parts, content.parts());
      Field field = field(member, content.type());
      requireInside(type, field, struct.size());
      if (member.name().isEmpty() && field.type() instanceof ValueType.Structure inner) {
        for (Field own : inner.fields()) {
          fields.add(new Field(own.name(), own.type(), field.offset() + own.offset()));
        }
      } else if (!member.name().isEmpty()) {
        fields.add(field);
      }
    }
    return new Counted(
        new ValueType.Structure(struct.name(), struct.isUnion(), struct.size(), fields), parts);
  }

  /** Bit fields come in two encodings: of the member, and before Linux 4.20 of its type. */
  private Field field(BtfType.Member member, ValueType type) {
    long first = member.bitOffset();
    int bits = member.bitSize();
    if (bits == 0
        && btf.type(btf.strip(member.type())) instanceof BtfType.Int number
        && number.bits() != number.size() * 8
        && !number.isBool()) {
      bits = number.bits();
      first += number.bitOffset();
    }
    if (bits == 0 && first % 8 == 0) {
      return new Field(member.name(), type, first / 8);
    }
    if (!(type instanceof Scalar unit) || bits < 1 || bits > 64) {
      throw new ValueException("member '" + member.name() + "' is no bit field that can be read");
    }
    return new Field(member.name(), new ValueType.Bits((int) (first % 8), bits, unit), first / 8);
  }

  private Counted section(int type, BtfType.DataSection section) {
    List<Field> fields = new ArrayList<>(section.variables().size());
    long parts = 1;
    long end = section.size();
    for (BtfType.Placed placed : section.variables()) {
      Counted content = counted(placed.variable());
      parts = plus(parts, content.parts());
      Field field = new Field(btf.name(placed.variable()), content.type(), placed.offset());
      // A compiler leaves the section's size to the linker and writes 0.
      if (section.size() > 0) {
        requireInside(type, field, section.size());
      }
      end = Math.max(end, field.offset() + field.type().size());
      fields.add(field);
    }
    return new Counted(new ValueType.Structure(section.name(), false, end, fields), parts);
  }

  private void requireSize(int type, int size) {
    if (!isPower(size, 1, 8)) {
      throw new ValueException(describe(type) + " is a number of " + size + " bytes");
    }
  }

  private void requireInside(int type, Field field, long size) {
    if (field.offset() + field.type().size() > size) {
      throw new ValueException(
          "member '"
              + field.name()
              + "' lies outside of the "
              + size
              + " bytes of "
              + describe(type));
    }
  }

  private static boolean isPower(int size, int from, int to) {
    return size >= from && size <= to && Integer.bitCount(size) == 1;
  }

  private static long plus(long a, long b) {
    return Math.min(MOST_PARTS + 1, a + b);
  }

  private static long times(long count, long parts) {
    return count > MOST_PARTS / parts ? MOST_PARTS + 1 : count * parts;
  }

  private String describe(int type) {
    String name = btf.name(type);
    return name.isEmpty() ? "type " + type : "'" + name + "'";
  }
}
