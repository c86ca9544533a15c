package io.waggle.script.lower;

import io.waggle.compiler.Value;

/**
 * Memory that holds a value: {@code offset} bytes from the address {@code base}, which is a
 * multiple of 8.
 */
record Place(Value base, int offset) {

  Place(Value base) {
    this(base, 0);
  }

  /** The place {@code bytes} further on. */
  Place plus(int bytes) {
    return bytes == 0 ? this : new Place(base, offset + bytes);
  }

  /** The widest access, 1, 2, 4 or 8 bytes, that is aligned here and at {@code other}. */
  int alignment(Place other) {
    int bits = offset | other.offset | 8;
    return bits & -bits;
  }

  /** The widest aligned access, 1, 2, 4 or 8 bytes. */
  int alignment() {
    return alignment(this);
  }
}
