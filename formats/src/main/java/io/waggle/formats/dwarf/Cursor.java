package io.waggle.formats.dwarf;

import io.waggle.formats.Bytes;

/** A place in a section that moves on as values are read. */
final class Cursor {
  private final Bytes bytes;
  private long at;

  Cursor(Bytes bytes, long at) {
    this.bytes = bytes;
    this.at = at;
  }

  long at() {
    return at;
  }

  void moveTo(long offset) {
    at = offset;
  }

  Bytes bytes() {
    return bytes;
  }

  int u8() {
    return bytes.u8(at++);
  }

  int u16() {
    int value = bytes.u16(at);
    at += 2;
    return value;
  }

  long u32() {
    long value = bytes.u32(at);
    at += 4;
    return value;
  }

  long u64() {
    long value = bytes.i64(at);
    at += 8;
    return value;
  }

  /** An offset into a section: 8 bytes wide in the 64-bit form of DWARF, else 4. */
  long offset(boolean isWide) {
    return isWide ? u64() : u32();
  }

  /** An address of the target, of so many bytes. */
  long address(long size) {
    if (size == 8) {
      return u64();
    }
    if (size == 4) {
      return u32();
    }
    throw bytes.unexpected(at, "an address of 4 or 8 bytes", Long.toString(size));
  }

  /** A number in groups of seven bits, the lowest first (LEB128). */
  long unsigned() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int part = u8();
      if (shift < 64) {
        value |= (part & 0x7fL) << shift;
      }
      if ((part & 0x80) == 0) {
        return value;
      }
    }
  }

  /** As {@link #unsigned}, with the last group's highest bit for the sign. */
  long signed() {
    long value = 0;
    int shift = 0;
    while (true) {
      int part = u8();
      if (shift < 64) {
        value |= (part & 0x7fL) << shift;
      }
      shift += 7;
      if ((part & 0x80) == 0) {
        return (part & 0x40) != 0 && shift < 64 ? value | -1L << shift : value;
      }
    }
  }

  /** Text up to a NUL, which is passed over. */
  String text() {
    String text = bytes.string(at);
    at += bytes.stringLength(at) + 1L;
    return text;
  }
}
