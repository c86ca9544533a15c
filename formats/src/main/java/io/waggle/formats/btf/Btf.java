package io.waggle.formats.btf;

import io.waggle.formats.Bytes;
import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Types, numbered from 0. Opening goes once over them to note where each starts, four bytes a type;
 * names and records are made when asked for. All methods throw {@link FormatException} if the
 * content is damaged and take numbers below {@link #count()}. Immutable, but for an index of names
 * that is made when first needed; threads may share it.
 *
 * <p>A kernel module's types continue the numbering of the kernel's ("split BTF"): such an object
 * answers for both.
 */
public final class Btf {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 24;

  /** Longest chain of qualifiers and names; what is longer runs in a circle. */
  private static final int LONGEST_CHAIN = 64;

  private final Bytes content;
  private final Optional<Btf> base;
  private final Bytes types;
  private final Bytes strings;
  private final int firstType;
  private final long firstString;
  private int[] places = new int[1024];
  private int count;

  /** Made when first asked for a name; empty until then. */
  private Optional<NameIndex> names = Optional.empty();

  private Btf(Bytes bytes, Optional<Btf> base) {
    this.content = bytes;
    this.base = base;
    if (bytes.u16(0) != MAGIC) {
      throw bytes.unexpected(0, "BTF (magic eb9f)", Integer.toHexString(bytes.u16(0)));
    }
    if (bytes.u8(2) != 1) {
      throw bytes.unexpected(2, "BTF version 1", Integer.toString(bytes.u8(2)));
    }
    long header = bytes.u32(4);
    if (header < HEADER) {
      throw bytes.unexpected(4, "a header of at least 24 bytes", Long.toString(header));
    }
    types = bytes.slice("BTF types", header + bytes.u32(8), bytes.u32(12));
    strings = bytes.slice("BTF strings", header + bytes.u32(16), bytes.u32(20));
    firstType = base.isPresent() ? base.get().count() : 1;
    firstString = base.isPresent() ? base.get().stringsEnd() : 0;
    index();
  }

  /** The types of the running kernel, from {@code /sys/kernel/btf/vmlinux}. */
  public static Btf ofKernel() {
    return open(Path.of("/sys/kernel/btf/vmlinux"));
  }

  /** The types of a module that the running kernel has loaded, over those of the kernel. */
  public static Btf ofModule(String module, Btf kernel) {
    Path file = Path.of("/sys/kernel/btf", module);
    return new Btf(read(file), Optional.of(kernel));
  }

  /**
   * Reads a file that holds nothing else.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public static Btf open(Path file) {
    return new Btf(read(file), Optional.empty());
  }

  /** The types in an ELF file's section {@code .BTF}; empty if it has none. */
  public static Optional<Btf> of(ElfFile elf) {
    Optional<Section> section = elf.section(".BTF");
    if (section.isEmpty() || section.get().type() == Section.NOBITS) {
      return Optional.empty();
    }
    Bytes content = elf.content(section.get());
    // A copy, so that the types outlive the file's mapping.
    return Optional.of(of(elf.name(), content.copy(0, content.size())));
  }

  /** Reads types in memory. The array is not copied. */
  public static Btf of(String name, byte[] content) {
    return new Btf(bytes(name, content), Optional.empty());
  }

  /** As {@link #of(String, byte[])}, of types that continue {@code base}. */
  public static Btf of(String name, byte[] content, Btf base) {
    return new Btf(bytes(name, content), Optional.of(base));
  }

  private static Bytes read(Path file) {
    try {
      return bytes(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Bytes bytes(String name, byte[] content) {
    boolean big = content.length > 0 && (content[0] & 0xff) == MAGIC >> 8;
    return Bytes.of(name, content, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private void index() {
    int at = 0;
    int end = types.size();
    while (at < end) {
      int info = types.i32(at + 4);
      int kind = info >>> 24 & 0x1f;
      if (!BtfKind.isKnown(kind)) {
        throw types.unexpected(at + 4, "a kind of type from 1 to 19", Integer.toString(kind));
      }
      if (count == places.length) {
        places = Arrays.copyOf(places, count * 2);
      }
      places[count++] = at;
      at += BtfKind.size(kind, info & 0xffff);
    }
    if (at != end) {
      throw types.unexpected(
          at, "the end of a type", "the end of all types, " + (at - end) + " bytes before");
    }
    places = Arrays.copyOf(places, count);
  }

  /** A copy of what was read: header, types and strings, the base's not included. */
  public byte[] content() {
    return content.copy(0, content.size());
  }

  /** The text of names and lines, each piece ended by a NUL; the base's not included. */
  public ByteBuffer strings() {
    return ByteBuffer.wrap(strings.copy(0, strings.size())).asReadOnlyBuffer();
  }

  /** One more than the greatest number of a type, the base's included. */
  public int count() {
    return firstType + count;
  }

  /** The first number that is not the base's; 1 if there is no base. */
  public int firstOwn() {
    return firstType;
  }

  /** One of {@link BtfKind}. */
  public int kind(int type) {
    return type == 0 ? BtfKind.VOID : info(type) >>> 24 & 0x1f;
  }

  /** The name, empty if it has none. */
  public String name(int type) {
    return type == 0 ? "" : string(nameOffset(type));
  }

  /** True if the type has that name. Allocates nothing. */
  public boolean isNamed(int type, byte[] name) {
    return type != 0 && isString(nameOffset(type), name);
  }

  /** The first type of a kind ({@link BtfKind}) with that name. */
  public OptionalInt find(int kind, String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    if (base.isPresent()) {
      OptionalInt found = base.get().find(kind, name);
      if (found.isPresent()) {
        return found;
      }
    }
    for (int i = 0; i < count; i++) {
      if ((types.i32(places[i] + 4L) >>> 24 & 0x1f) == kind && isNamed(firstType + i, wanted)) {
        return OptionalInt.of(firstType + i);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The types of any kind, the base's not included, whose name without a {@link Flavour} is {@code
   * essential}, in order. The first question reads all names once.
   */
  public int[] named(String essential) {
    if (names.isEmpty()) {
      names = Optional.of(new NameIndex(this));
    }
    return names.get().types(essential);
  }

  /** Which byte of a number comes first on the machine the types are for. */
  public ByteOrder order() {
    return types.order();
  }

  /** All that is known of a type. */
  public BtfType type(int type) {
    if (type == 0) {
      return new BtfType.Void();
    }
    Btf owner = owner(type);
    return TypeReader.read(this, owner.types, owner.place(type));
  }

  /** What a type is when its names, qualifiers and tags are left out. */
  public int strip(int type) {
    int stripped = type;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      switch (kind(stripped)) {
        case BtfKind.TYPEDEF, BtfKind.VOLATILE, BtfKind.CONST, BtfKind.RESTRICT, BtfKind.TYPE_TAG ->
            stripped = owner(stripped).types.i32(owner(stripped).place(stripped) + 8L);
        default -> {
          return stripped;
        }
      }
    }
    throw types.unexpected(0, "a type behind type " + type, "a circle of names");
  }

  /** Bytes of a value of a type on a machine with pointers of 8 bytes; 0 if it has no values. */
  public long size(int type) {
    return size(type, 0);
  }

  private long size(int type, int depth) {
    if (depth > LONGEST_CHAIN) {
      throw types.unexpected(0, "an array of a type", "an array of itself, type " + type);
    }
    int stripped = strip(type);
    return switch (kind(stripped)) {
      case BtfKind.INT,
          BtfKind.STRUCT,
          BtfKind.UNION,
          BtfKind.ENUM,
          BtfKind.ENUM64,
          BtfKind.FLOAT,
          BtfKind.DATASEC ->
          owner(stripped).types.u32(owner(stripped).place(stripped) + 8L);
      case BtfKind.PTR -> 8;
      case BtfKind.VAR ->
          size(owner(stripped).types.i32(owner(stripped).place(stripped) + 8L), depth + 1);
      case BtfKind.ARRAY ->
          type(stripped) instanceof BtfType.Array array
              ? array.count() * size(array.element(), depth + 1)
              : 0;
      default -> 0;
    };
  }

  /**
   * Where a field lies in a structure or union, or in one behind typedefs.
   *
   * @param path a name, or several with dots between; fields of nameless members count as the
   *     structure's own
   */
  public Optional<BtfField> field(int structure, String path) {
    return FieldSearch.find(this, structure, path);
  }

  /** The complaint that a type refers to one that is not there. */
  FormatException dangling(int type, int reference) {
    return types.unexpected(
        type < firstType ? 0 : place(type),
        "a type below " + count() + " in type " + type,
        "type " + Integer.toUnsignedString(reference));
  }

  /** Where the own strings start in the numbering of the strings. */
  long firstString() {
    return firstString;
  }

  String string(long offset) {
    return offset < firstString
        ? base.orElseThrow().string(offset)
        : strings.string(offset - firstString);
  }

  boolean isNameless(int type) {
    return nameOffset(type) == 0;
  }

  /** {@link Flavour#hash} of a type's name. Allocates nothing. */
  int nameHash(int type) {
    return hash(nameOffset(type));
  }

  private int hash(long offset) {
    return offset < firstString
        ? base.orElseThrow().hash(offset)
        : Flavour.hash(strings, offset - firstString);
  }

  private boolean isString(long offset, byte[] text) {
    return offset < firstString
        ? base.orElseThrow().isString(offset, text)
        : strings.isString(offset - firstString, text);
  }

  private long stringsEnd() {
    return firstString + strings.size();
  }

  private int info(int type) {
    Btf owner = owner(type);
    return owner.types.i32(owner.place(type) + 4L);
  }

  private long nameOffset(int type) {
    Btf owner = owner(type);
    return owner.types.u32(owner.place(type));
  }

  private Btf owner(int type) {
    return type < firstType && base.isPresent() ? base.get().owner(type) : this;
  }

  private int place(int type) {
    int own = type - firstType;
    if (own < 0 || own >= count) {
      throw types.unexpected(0, "a type below " + count(), "a mention of type " + type);
    }
    return places[own];
  }
}
