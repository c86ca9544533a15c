package io.waggle.formats;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A part of a file, read at offsets from the part's start. An offset outside is a {@link
 * FormatException}. The memory belongs to whoever mapped it; a view is of no use once it is gone.
 *
 * <p>Views stand on byte buffers rather than on memory segments: a buffer needs no variable handle,
 * and making those costs a short-lived process more than the reading.
 */
public final class Bytes {
  private final String file;
  private final String part;
  private final long start;
  private final ByteBuffer buffer;
  private final int size;

  private Bytes(String file, String part, long start, ByteBuffer buffer) {
    this.file = file;
    this.part = part;
    this.start = start;
    this.buffer = buffer;
    this.size = buffer.limit();
  }

  /** All of an array. It is not copied. */
  public static Bytes of(String file, byte[] content, ByteOrder order) {
    return new Bytes(file, "file", 0, ByteBuffer.wrap(content).order(order));
  }

  /**
   * A part of a file in memory.
   *
   * @param file the file's name, for messages
   * @param part what the part is, for messages
   * @param memory the whole file
   * @param offset bytes from the file's start to the part's
   * @param size bytes, at most 2^31 - 1
   * @throws FormatException if the file ends before the part does, or the part is too large
   */
  public static Bytes of(
      String file, String part, MemorySegment memory, long offset, long size, ByteOrder order) {
    if (offset < 0 || size < 0 || size > memory.byteSize() - offset) {
      throw new FormatException(
          file,
          part,
          offset,
          Long.toUnsignedString(size) + " bytes",
          "the end of the file, which has " + memory.byteSize());
    }
    if (size > Integer.MAX_VALUE) {
      throw new FormatException(file, part, offset, "less than 2 GB", size + " bytes");
    }
    return new Bytes(file, part, offset, memory.asSlice(offset, size).asByteBuffer().order(order));
  }

  /** A part of this part. */
  public Bytes slice(String name, long offset, long length) {
    if (length < 0 || length > size) {
      throw outside(offset, length);
    }
    int at = at(offset, (int) length);
    ByteBuffer slice = buffer.slice(at, (int) length).order(buffer.order());
    return new Bytes(file, name, start + at, slice);
  }

  /** Bytes of this part. */
  public int size() {
    return size;
  }

  /** Which byte of a number comes first. */
  public ByteOrder order() {
    return buffer.order();
  }

  /** The name of the file this is part of. */
  public String file() {
    return file;
  }

  /** Where the part starts in the file, in bytes. */
  public long start() {
    return start;
  }

  /** An unsigned byte. */
  public int u8(long offset) {
    return buffer.get(at(offset, 1)) & 0xff;
  }

  /** An unsigned 16-bit number. */
  public int u16(long offset) {
    return buffer.getShort(at(offset, 2)) & 0xffff;
  }

  /** A signed 32-bit number. */
  public int i32(long offset) {
    return buffer.getInt(at(offset, 4));
  }

  /** An unsigned 32-bit number. */
  public long u32(long offset) {
    return buffer.getInt(at(offset, 4)) & 0xffff_ffffL;
  }

  /** A 64-bit number; whether it is signed is the reader's to know. */
  public long i64(long offset) {
    return buffer.getLong(at(offset, 8));
  }

  /** A copy of {@code length} bytes. */
  public byte[] copy(long offset, int length) {
    if (length < 0 || length > size) {
      throw outside(offset, length);
    }
    byte[] copy = new byte[length];
    buffer.get(at(offset, length), copy);
    return copy;
  }

  /** The bytes up to the next NUL, as UTF-8 (what is not becomes U+FFFD). */
  public String string(long offset) {
    int begin = at(offset, 1);
    return new String(copy(begin, endOfString(begin) - begin), StandardCharsets.UTF_8);
  }

  /** Bytes up to the next NUL. */
  public int stringLength(long offset) {
    int begin = at(offset, 1);
    return endOfString(begin) - begin;
  }

  /** True if the bytes up to the next NUL are {@code text}. Allocates nothing. */
  public boolean isString(long offset, byte[] text) {
    return startsWith(offset, text)
        && size - offset > text.length
        && buffer.get((int) offset + text.length) == 0;
  }

  /** True if the bytes from there on begin with {@code text}. Allocates nothing. */
  public boolean startsWith(long offset, byte[] text) {
    if (offset < 0 || offset >= size) {
      throw outside(offset, 1);
    }
    int begin = (int) offset;
    if (size - begin < text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (buffer.get(begin + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** The complaint that something else than {@code expected} stands at {@code offset}. */
  public FormatException unexpected(long offset, String expected, String found) {
    return new FormatException(file, part, start + offset, expected, found);
  }

  private int endOfString(int begin) {
    for (int end = begin; end < size; end++) {
      if (buffer.get(end) == 0) {
        return end;
      }
    }
    throw unexpected(begin, "text that ends in NUL", "none before the end of the section");
  }

  private int at(long offset, int length) {
    if (offset < 0 || offset > size - length) {
      throw outside(offset, length);
    }
    return (int) offset;
  }

  private FormatException outside(long offset, long length) {
    return unexpected(offset, length + " bytes", "the end, the part has " + size);
  }
}
