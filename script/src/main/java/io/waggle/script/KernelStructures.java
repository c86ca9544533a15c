package io.waggle.script;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Where fields of the kernel's structures lie, from its own type information (BTF,
 * Documentation/bpf/btf.rst). The file is read when first asked, and only as far as needed.
 */
final class KernelStructures {
  private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");
  private static final int MAGIC = 0xeb9f;
  private static final int TYPE = 12;
  private static final int MEMBER = 12;
  private static final int STRUCT = 4;
  private static final int UNION = 5;

  /** Bytes after the common part, by kind: fixed, then for each element. */
  private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

  private static final int[] EACH = {0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12};

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final Path file;
  private byte[] bytes = {};
  private MemorySegment memory = MemorySegment.NULL;
  private int types;
  private int strings;
  private int[] places = {};
  private int count;

  KernelStructures() {
    this(VMLINUX);
  }

  KernelStructures(Path file) {
    this.file = file;
  }

  /**
   * Bytes from the start of {@code struct structure} to {@code field}; fields of nameless members
   * count as the structure's own.
   *
   * @throws IllegalStateException if the kernel does not tell
   */
  int offset(String structure, String field) {
    read();
    for (int id = 1; id <= count; id++) {
      int at = places[id];
      if (kind(at) == STRUCT && isNamed(memory.get(INT, at), structure)) {
        OptionalInt bits = member(at, field);
        if (bits.isPresent()) {
          return bits.getAsInt() / 8;
        }
      }
    }
    throw new IllegalStateException(
        "the type information in " + file + " has no field " + field + " of struct " + structure);
  }

  private OptionalInt member(int at, String field) {
    int info = memory.get(INT, at + 4);
    boolean bitfields = info < 0;
    for (int i = 0; i < (info & 0xffff); i++) {
      int member = at + TYPE + i * MEMBER;
      int name = memory.get(INT, member);
      int offset = memory.get(INT, member + 8);
      int bits = bitfields ? offset & 0xff_ffff : offset;
      if (name != 0 && isNamed(name, field)) {
        return OptionalInt.of(bits);
      }
      int type = memory.get(INT, member + 4);
      if (name == 0 && type > 0 && type <= count && isStructure(places[type])) {
        OptionalInt inside = member(places[type], field);
        if (inside.isPresent()) {
          return OptionalInt.of(bits + inside.getAsInt());
        }
      }
    }
    return OptionalInt.empty();
  }

  private boolean isStructure(int at) {
    return kind(at) == STRUCT || kind(at) == UNION;
  }

  private int kind(int at) {
    return memory.get(INT, at + 4) >> 24 & 0x1f;
  }

  private boolean isNamed(int name, String wanted) {
    int start = strings + name;
    int end = start + wanted.length();
    if (name <= 0 || start < 0 || end >= bytes.length || bytes[end] != 0) {
      return false;
    }
    byte[] text = wanted.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(bytes, start, end, text, 0, text.length);
  }

  private void read() {
    if (bytes.length > 0) {
      return;
    }
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalStateException(
          "this kernel offers no type information (" + file + "), which the script needs", e);
    }
    memory = MemorySegment.ofArray(bytes);
    if (bytes.length < 24 || (memory.get(INT, 0) & 0xffff) != MAGIC) {
      throw new IllegalStateException(file + " is no BTF");
    }
    int header = memory.get(INT, 4);
    types = header + memory.get(INT, 8);
    strings = header + memory.get(INT, 16);
    index(types + memory.get(INT, 12));
  }

  private void index(int end) {
    places = new int[1 << 17];
    int at = types;
    while (at >= 0 && at + TYPE <= Math.min(end, bytes.length)) {
      int kind = kind(at);
      if (kind >= FIXED.length) {
        throw new IllegalStateException(file + " holds a kind of type unknown here: " + kind);
      }
      if (++count == places.length) {
        places = Arrays.copyOf(places, places.length * 2);
      }
      places[count] = at;
      at += TYPE + FIXED[kind] + EACH[kind] * (memory.get(INT, at + 4) & 0xffff);
    }
  }
}
