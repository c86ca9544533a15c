package io.waggle.script.types;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The types that BTF describes, as scripts see them: arrays of {@code char} are text; numbers of
 * more than 64 bits and of floating point are bytes. Not thread-safe.
 */
public final class BtfTypes implements CTypes {
  private static final List<String> WORDS = List.of("struct ", "union ", "enum ");

  private final Btf btf;
  private final Map<Integer, Type.Plain> known = new HashMap<>();
  private Map<String, Constant> constants = Map.of();

  public BtfTypes(Btf btf) {
    this.btf = btf;
  }

  @Override
  public Optional<Type.Plain> named(String name) {
    for (int kind : kinds(name)) {
      OptionalInt found = find(kind, plain(name));
      if (found.isPresent()) {
        return Optional.of(of(found.getAsInt()));
      }
    }
    return Optional.empty();
  }

  private static int[] kinds(String name) {
    if (name.startsWith("struct ")) {
      return new int[] {BtfKind.STRUCT};
    }
    if (name.startsWith("union ")) {
      return new int[] {BtfKind.UNION};
    }
    if (name.startsWith("enum ")) {
      return new int[] {BtfKind.ENUM, BtfKind.ENUM64};
    }
    return new int[] {BtfKind.TYPEDEF, BtfKind.INT};
  }

  private static String plain(String name) {
    for (String word : WORDS) {
      if (name.startsWith(word)) {
        return name.substring(word.length());
      }
    }
    return name;
  }

  private OptionalInt find(int kind, String name) {
    return btf.find(kind, name);
  }

  @Override
  public Optional<Constant> constant(String name) {
    if (constants.isEmpty()) {
      constants = readConstants();
    }
    return Optional.ofNullable(constants.get(name));
  }

  private Map<String, Constant> readConstants() {
    Map<String, Constant> read = new HashMap<>();
    for (int type = 1; type < btf.count(); type++) {
      int kind = btf.kind(type);
      if ((kind == BtfKind.ENUM || kind == BtfKind.ENUM64)
          && btf.type(type) instanceof BtfType.Enumeration found) {
        Type.Enumeration wide = enumeration(type, found).wide();
        for (BtfType.Enumerator value : found.values()) {
          read.putIfAbsent(value.name(), new Constant(wide, value.value()));
        }
      }
    }
    return read;
  }

  @Override
  public List<String> names(String like) {
    int wanted = kinds(like)[0];
    String word = like.substring(0, like.length() - plain(like).length());
    List<String> names = new ArrayList<>();
    for (int type = 1; type < btf.count(); type++) {
      if (btf.kind(type) == wanted) {
        names.add(word + btf.name(type));
      }
    }
    return names;
  }

  /** A type by its number. Pointers to user memory say so; others mean the memory they lie in. */
  public Type.Plain of(int type) {
    int stripped = btf.strip(type);
    Type.Plain made = known.get(stripped);
    if (made == null) {
      made = make(stripped);
      known.put(stripped, made);
    }
    return made;
  }

  private Type.Plain make(int number) {
    return switch (btf.type(number)) {
      case BtfType.Int type when type.isBool() && type.size() == 1 -> new Type.Bool();
      case BtfType.Int type -> integer(type.size(), type.isSigned());
      case BtfType.Pointer type -> new Type.Pointer(target(type.target()), space(type.target()));
      case BtfType.Array type -> array(type);
      case BtfType.Struct type -> {
        String word = type.isUnion() ? "union " : "struct ";
        yield new Type.Structure(
            word + named(type.name(), number), new BtfLayout(this, btf, number));
      }
      case BtfType.Enumeration type -> enumeration(number, type);
      case BtfType.Forward type ->
          new Type.Structure(
              (type.isUnion() ? "union " : "struct ") + type.name(), new LaterLayout.Unknown());
      case BtfType.Floating type -> new Type.Array(new Int(1, false), type.size());
      default -> new Type.None();
    };
  }

  /** What a pointer leads to: structures are not read before something is asked of them. */
  private Type.Plain target(int type) {
    int stripped = btf.strip(type);
    return btf.kind(stripped) == BtfKind.FUNC_PROTO ? new Type.None() : of(stripped);
  }

  /** Pointers to user memory carry the tag {@code user} before what they lead to. */
  private AddressSpace space(int target) {
    int type = target;
    while (true) {
      switch (btf.type(type)) {
        case BtfType.TypeTag tag -> {
          if (tag.word().equals("user")) {
            return AddressSpace.USER;
          }
          type = tag.target();
        }
        case BtfType.Qualified qualified -> type = qualified.target();
        default -> {
          return AddressSpace.UNKNOWN;
        }
      }
    }
  }

  private static Type.Plain integer(int size, boolean signed) {
    return size <= 8 && Integer.bitCount(size) == 1
        ? new Int(size, signed)
        : new Type.Array(new Int(1, false), size);
  }

  private Type.Plain array(BtfType.Array type) {
    int count = (int) Math.min(type.count(), Integer.MAX_VALUE);
    int element = btf.strip(type.element());
    boolean text =
        btf.type(element) instanceof BtfType.Int(String name, int size, _, _, boolean signed, _, _)
            && size == 1
            && (signed || name.equals("char"));
    return text && count > 0
        ? new Type.Text(count)
        : new Type.Array(text ? new Int(1, true) : of(element), count);
  }

  private Type.Enumeration enumeration(int number, BtfType.Enumeration type) {
    Map<Long, String> names = new HashMap<>();
    for (BtfType.Enumerator value : type.values()) {
      names.putIfAbsent(value.value(), value.name());
    }
    return new Type.Enumeration(
        "enum " + named(type.name(), number), new Int(type.size(), type.isSigned()), names);
  }

  /** Nameless types are told apart by their numbers. */
  private static String named(String name, int number) {
    return name.isEmpty() ? "(anonymous " + number + ")" : name;
  }
}
