package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.nio.ByteOrder;

/**
 * The answer to a relocation, in the object's types or in the kernel's.
 *
 * @param number to be in the instruction
 * @param certain false if compilers may differ in it, as for bit fields; the instruction is then
 *     not expected to hold what the object's types say
 * @param accessSize bytes of a load or store of the field; 0 if it is none that one could load
 * @param accessType the field's type, its names and qualifiers stripped; of no meaning if the size
 *     is 0
 */
record Value(long number, boolean certain, long accessSize, int accessType) {
  private static final int WIDEST = 8;

  private Value(long number, boolean certain) {
    this(number, certain, 0, 0);
  }

  static Value of(long number) {
    return new Value(number, true);
  }

  /** A number that the linker of objects may have changed in the types only. */
  static Value uncertain(long number) {
    return new Value(number, false);
  }

  /**
   * What a field is.
   *
   * @throws CoreException if no instruction could read it
   */
  static Value ofField(CoreRelocation relocation, Access access) {
    Access.Step last = access.last();
    Btf btf = access.btf();
    if (!last.isField()) {
      return switch (relocation.kind()) {
        case FIELD_BYTE_OFFSET ->
            new Value(
                access.bitOffset() / 8, true, btf.size(element(btf, last.type())), last.type());
        case FIELD_BYTE_SIZE -> of(btf.size(last.type()));
        default -> throw CoreException.at(relocation, "it does not apply to an array's element");
      };
    }
    BtfType.Member member = Access.member(btf, last);
    int type = btf.strip(member.type());
    Place place =
        member.bitSize() > 0
            ? bitField(relocation, access.bitOffset(), member.bitSize(), btf.size(type))
            : new Place(access.bitOffset() / 8, btf.size(type), btf.size(type) * 8);
    boolean bits = member.bitSize() > 0;
    return switch (relocation.kind()) {
      case FIELD_BYTE_OFFSET ->
          bits
              ? uncertain(place.offset())
              : new Value(place.offset(), true, btf.size(element(btf, type)), type);
      case FIELD_BYTE_SIZE -> new Value(place.size(), !bits);
      case FIELD_SIGNED -> of(isSigned(btf, type) ? 1 : 0);
      case FIELD_LSHIFT_U64 -> {
        long first = access.bitOffset() - place.offset() * 8;
        yield new Value(
            btf.order() == ByteOrder.LITTLE_ENDIAN
                ? 64 - (first + place.bits())
                : (WIDEST - place.size()) * 8 + first,
            !bits);
      }
      case FIELD_RSHIFT_U64 -> of(64 - place.bits());
      default -> throw CoreException.at(relocation, "it is not about a field");
    };
  }

  /** The bytes to load for a field, and its bits. */
  private record Place(long offset, long size, long bits) {}

  /** The smallest aligned number, of the field's own type or wider, that has all its bits. */
  private static Place bitField(
      CoreRelocation relocation, long bitOffset, int bitSize, long typeSize) {
    for (long size = Math.max(1, typeSize); size <= WIDEST; size *= 2) {
      long offset = bitOffset / 8 / size * size;
      if (bitOffset + bitSize - offset * 8 <= size * 8) {
        return new Place(offset, size, bitSize);
      }
    }
    throw CoreException.at(relocation, "the bit field cannot be read by a load of 8 bytes");
  }

  private static boolean isSigned(Btf btf, int type) {
    return switch (btf.type(type)) {
      case BtfType.Int number -> number.isSigned();
      case BtfType.Enumeration enumeration -> enumeration.isSigned();
      default -> false;
    };
  }

  /** The type of one element, of an array of arrays too. */
  private static int element(Btf btf, int type) {
    int element = btf.strip(type);
    for (int i = 0; i < Access.DEEPEST; i++) {
      if (!(btf.type(element) instanceof BtfType.Array array)) {
        return element;
      }
      element = btf.strip(array.element());
    }
    throw new CoreException("type " + type + " is an array of itself");
  }

  /** An enumerator's number as instructions hold it: 32 bits are extended by their sign. */
  static Value ofEnumerator(Btf btf, int type, long number) {
    return of(btf.kind(btf.strip(type)) == BtfKind.ENUM64 ? number : (int) number);
  }

  /** True if code compiled to load the one can load the other by a load of its size. */
  static boolean canResize(Btf local, Value from, Btf target, Value to) {
    BtfType ours = local.type(from.accessType());
    BtfType theirs = target.type(to.accessType());
    return switch (ours) {
      case BtfType.Pointer _ -> theirs instanceof BtfType.Pointer;
      case BtfType.Int number ->
          !isSignedNumber(number) && theirs instanceof BtfType.Int other && !isSignedNumber(other);
      default -> false;
    };
  }

  private static boolean isSignedNumber(BtfType.Int number) {
    return number.isSigned() && !number.isChar() && !number.isBool();
  }
}
