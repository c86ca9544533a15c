package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A variable outside all functions of an object.
 *
 * @param map the map that holds it, named after its section: {@code .rodata}, {@code .bss}, …
 * @param type in the object's types
 * @param offset in the map's only value, bytes
 * @param size bytes
 */
public record GlobalVariable(String name, String map, int type, int offset, int size) {

  /** A constant for programs: it can be set until the object is loaded, not after. */
  public boolean isConstant() {
    return map.startsWith(".rodata");
  }

  static List<GlobalVariable> of(BpfObject object) {
    List<GlobalVariable> variables = new ArrayList<>();
    object.types().ifPresent(types -> object.maps().forEach(map -> add(types, map, variables)));
    return variables;
  }

  private static void add(Btf types, MapSpec map, List<GlobalVariable> variables) {
    boolean isArena = map.type() == MapType.ARENA;
    OptionalInt section =
        types.find(BtfKind.DATASEC, isArena ? ObjectReader.ARENA_VARIABLES : map.name());
    if (section.isEmpty()
        || !(types.type(section.getAsInt()) instanceof BtfType.DataSection data)
        || map.type() != MapType.ARRAY && !isArena) {
      return;
    }
    int room = isArena ? map.contents().size() : map.valueSize();
    for (BtfType.Placed placed : data.variables()) {
      if (types.type(placed.variable()) instanceof BtfType.Variable variable
          && placed.size() > 0
          && placed.offset() + placed.size() <= room) {
        variables.add(
            new GlobalVariable(
                variable.name(),
                map.name(),
                variable.type(),
                (int) placed.offset(),
                (int) placed.size()));
      }
    }
  }

  static BpfObject set(BpfObject object, String name, Object value) {
    List<GlobalVariable> variables = of(object);
    GlobalVariable wanted =
        variables.stream()
            .filter(variable -> variable.name.equals(name))
            .findFirst()
            .orElseThrow(
                () -> {
                  List<String> names = variables.stream().map(GlobalVariable::name).toList();
                  String hint = Nearest.hint(name, names);
                  return new IllegalArgumentException(
                      "no variable '" + name + "'" + (hint.isEmpty() ? "" : " (" + hint + ")"));
                });
    byte[] bytes = wanted.encode(object.types().orElseThrow(), value);
    List<MapSpec> maps = new ArrayList<>();
    for (MapSpec map : object.maps()) {
      maps.add(map.name().equals(wanted.map) ? wanted.put(map, bytes) : map);
    }
    return object.withMaps(maps);
  }

  private MapSpec put(MapSpec map, byte[] bytes) {
    byte[] contents = new byte[Math.max(map.valueSize(), map.contents().size())];
    byte[] before = map.contents().toArray();
    System.arraycopy(before, 0, contents, 0, before.length);
    System.arraycopy(bytes, 0, contents, offset, bytes.length);
    return map.withContents(Bytes.of(contents));
  }

  /**
   * A value of this variable as it lies in memory.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public byte[] encode(Btf types, Object value) {
    int plain = types.strip(type);
    return switch (types.type(plain)) {
      case BtfType.Int number when number.isBool() -> number(truth(value));
      case BtfType.Int number -> integer(number.isSigned(), value);
      case BtfType.Enumeration enumeration -> integer(true, enumerated(enumeration, value));
      case BtfType.Array array
          when isCharacter(types, array.element()) && value instanceof String ->
          text((String) value);
      default -> {
        if (value instanceof byte[] bytes && bytes.length == size) {
          yield bytes.clone();
        }
        throw wrong(value, size + " bytes");
      }
    };
  }

  private static boolean isCharacter(Btf types, int type) {
    return types.type(types.strip(type)) instanceof BtfType.Int number && number.size() == 1;
  }

  private byte[] text(String text) {
    byte[] letters = text.getBytes(StandardCharsets.UTF_8);
    if (letters.length >= size) {
      throw wrong(text, "at most " + (size - 1) + " bytes of text");
    }
    return ByteBuffer.allocate(size).put(letters).array();
  }

  private long truth(Object value) {
    return switch (value) {
      case Boolean truth -> truth ? 1 : 0;
      case Number number when number.longValue() == 0 || number.longValue() == 1 ->
          number.longValue();
      case String text when text.equals("true") || text.equals("1") -> 1;
      case String text when text.equals("false") || text.equals("0") -> 0;
      default -> throw wrong(value, "true or false");
    };
  }

  private static Object enumerated(BtfType.Enumeration enumeration, Object value) {
    Optional<BtfType.Enumerator> named =
        enumeration.values().stream().filter(its -> its.name().equals(value)).findFirst();
    return named.<Object>map(BtfType.Enumerator::value).orElse(value);
  }

  private byte[] integer(boolean isSigned, Object value) {
    int bits = Math.min(size, 8) * 8;
    long least = isSigned ? -1L << (bits - 1) : 0;
    long most = isSigned ? ~least : bits == 64 ? -1 : (1L << bits) - 1;
    String range =
        "a number from " + least + " to " + (isSigned ? most : Long.toUnsignedString(most));
    long number;
    try {
      number =
          switch (value) {
            case Number given -> given.longValue();
            case Boolean truth -> truth ? 1 : 0;
            case String text -> parse(text.strip(), isSigned || text.strip().startsWith("-"));
            default -> throw wrong(value, range);
          };
    } catch (NumberFormatException noNumber) {
      throw wrong(value, range);
    }
    boolean unsigned64 = bits == 64 && !isSigned;
    boolean negative = value instanceof String text && text.strip().startsWith("-");
    if (unsigned64 ? negative && number != 0 : number < least || number > most) {
      throw wrong(value, range);
    }
    return number(number);
  }

  private static long parse(String text, boolean isSigned) {
    boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
    if (hexadecimal) {
      return Long.parseUnsignedLong(text.substring(2), 16);
    }
    return isSigned ? Long.parseLong(text) : Long.parseUnsignedLong(text);
  }

  private byte[] number(long value) {
    ByteBuffer bytes =
        ByteBuffer.allocate(8).order(java.nio.ByteOrder.nativeOrder()).putLong(value);
    byte[] all = bytes.array();
    byte[] own = new byte[size];
    boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
    System.arraycopy(all, little ? 0 : 8 - Math.min(size, 8), own, 0, Math.min(size, 8));
    return own;
  }

  private IllegalArgumentException wrong(Object value, String wanted) {
    return new IllegalArgumentException(
        "variable '" + name + "' takes " + wanted + ", not '" + value + "'");
  }
}
