package io.waggle.bpf.values;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Finds out whether bytes of a program, which can be any, are characters (RFC 3629). */
final class Utf8 {
  private Utf8() {}

  /** Bytes of the character at {@code at}, or 0 if there is none before {@code end}. */
  static int character(MemorySegment memory, long at, long end) {
    int first = memory.get(JAVA_BYTE, at) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || length > end - at) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((memory.get(JAVA_BYTE, at + i) & 0xc0) != 0x80) {
        return 0;
      }
    }
    int second = memory.get(JAVA_BYTE, at + 1) & 0xff;
    boolean ok =
        switch (first) {
          case 0xe0 -> second >= 0xa0; // not the longest form
          case 0xed -> second < 0xa0; // no half of a pair
          case 0xf0 -> second >= 0x90;
          case 0xf4 -> second < 0x90; // not beyond U+10FFFF
          default -> true;
        };
    return ok ? length : 0;
  }
}
