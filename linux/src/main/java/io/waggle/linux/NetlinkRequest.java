package io.waggle.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A netlink message being written: the header, the fixed part of its type, then attributes, which
 * may nest. Each part starts at a multiple of four bytes (include/uapi/linux/netlink.h).
 */
final class NetlinkRequest {
  static final int HEADER_BYTES = 16;

  /** Flags of requests. */
  static final int REPLACE = 0x100;

  static final int EXCLUSIVE = 0x200;
  static final int CREATE = 0x400;
  static final int DUMP = 0x300;

  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;
  private static final int NESTED = 1 << 15; // NLA_F_NESTED

  private final int type;
  private final String what;
  private ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

  /**
   * @param type RTM_*
   * @param flags NLM_F_* beside those that every request has
   * @param what the request in words, for errors
   */
  NetlinkRequest(int type, int flags, String what) {
    this.type = type;
    this.what = what;
    // A dump ends with a message of its own; everything else is to be acknowledged.
    int always = REQUEST | ((flags & DUMP) == DUMP ? 0 : ACKNOWLEDGE);
    bytes.putInt(0).putShort((short) type).putShort((short) (flags | always)).putInt(0).putInt(0);
  }

  String what() {
    return what;
  }

  int type() {
    return type;
  }

  /** The next byte of the fixed part. */
  NetlinkRequest u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  NetlinkRequest u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  NetlinkRequest u32(int value) {
    room(4).putInt(value);
    return this;
  }

  NetlinkRequest attribute(int kind, byte[] value) {
    int start = header(kind);
    room(value.length).put(value);
    return end(start);
  }

  NetlinkRequest attribute(int kind, int value) {
    int start = header(kind);
    u32(value);
    return end(start);
  }

  NetlinkRequest attribute16(int kind, int value) {
    int start = header(kind);
    u16(value);
    return end(start);
  }

  /** A text, with the NUL that most attributes ask for. */
  NetlinkRequest attribute(int kind, String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return attribute(kind, Arrays.copyOf(text, text.length + 1));
  }

  /** Opens an attribute that holds attributes; {@link #end} closes it. */
  int begin(int kind) {
    return header(kind | NESTED);
  }

  /** As {@link #begin}, for the families that came before the flag and compare the whole number. */
  int beginPlain(int kind) {
    return header(kind);
  }

  private int header(int kind) {
    align();
    int start = bytes.position();
    room(4).putShort((short) 0).putShort((short) kind);
    return start;
  }

  NetlinkRequest end(int start) {
    int length = bytes.position() - start;
    if (length > 0xffff) {
      throw new IllegalArgumentException(what + ": an attribute of " + length + " bytes");
    }
    bytes.putShort(start, (short) length);
    return this;
  }

  private void align() {
    while (bytes.position() % 4 != 0) {
      u8(0);
    }
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      bytes =
          ByteBuffer.allocate(Math.max(2 * bytes.capacity(), bytes.position() + more))
              .order(ByteOrder.nativeOrder())
              .put(bytes.flip());
    }
    return bytes;
  }

  /** The whole message. */
  byte[] bytes(int sequence) {
    align();
    bytes.putInt(0, bytes.position()).putInt(8, sequence);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
