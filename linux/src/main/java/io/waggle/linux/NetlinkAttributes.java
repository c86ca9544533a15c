package io.waggle.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The attributes of a netlink message, or of an attribute that holds some. Where a kind stands more
 * than once the last one counts, as in the kernel; {@link #all} gives each.
 */
final class NetlinkAttributes {
  private static final int KIND = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
  private static final int HEADER_BYTES = 4;

  private final Map<Integer, List<ByteBuffer>> values = new LinkedHashMap<>();

  private NetlinkAttributes() {}

  /**
   * Reads attributes up to the end of {@code bytes}.
   *
   * @throws NetlinkFormatException when one claims to be longer than what is left
   */
  static NetlinkAttributes read(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.nativeOrder());
    NetlinkAttributes attributes = new NetlinkAttributes();
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int length = Short.toUnsignedInt(in.getShort());
      int kind = Short.toUnsignedInt(in.getShort()) & KIND;
      if (length < HEADER_BYTES || length > in.limit() - start) {
        throw new NetlinkFormatException(
            "netlink attribute %d at byte %d: a length of %d, where %d bytes are left"
                .formatted(kind, start, length, in.limit() - start));
      }
      attributes
          .values
          .computeIfAbsent(kind, first -> new ArrayList<>())
          .add(in.slice(start + HEADER_BYTES, length - HEADER_BYTES).order(in.order()));
      in.position(Math.min(start + (length + 3 & -4), in.limit()));
    }
    return attributes;
  }

  boolean has(int kind) {
    return values.containsKey(kind);
  }

  /** Every value of a kind, in the message's order. */
  List<ByteBuffer> all(int kind) {
    return values.getOrDefault(kind, List.of());
  }

  /** The value as it is. */
  Optional<ByteBuffer> bytes(int kind) {
    return last(kind);
  }

  private Optional<ByteBuffer> last(int kind) {
    return has(kind) ? Optional.of(values.get(kind).getLast()) : Optional.empty();
  }

  /** The number in the first four bytes, or in the first byte of a shorter value. */
  OptionalInt number(int kind) {
    Optional<ByteBuffer> value = last(kind).filter(ByteBuffer::hasRemaining);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    ByteBuffer bytes = value.get();
    return OptionalInt.of(
        bytes.remaining() >= 4 ? bytes.getInt(0) : Byte.toUnsignedInt(bytes.get(0)));
  }

  /** The text up to its NUL. */
  Optional<String> text(int kind) {
    return last(kind).map(NetlinkAttributes::text);
  }

  private static String text(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.get(0, bytes);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The attributes inside an attribute; none when it is not there. */
  NetlinkAttributes nested(int kind) {
    return last(kind).map(NetlinkAttributes::read).orElseGet(NetlinkAttributes::new);
  }
}
