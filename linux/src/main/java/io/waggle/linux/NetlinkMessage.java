package io.waggle.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message received by netlink.
 *
 * @param payload what follows the header
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
  static final int ERROR = 2;
  static final int DONE = 3;

  private static final int CAPPED = 0x100; // NLM_F_CAPPED
  private static final int ACK_TLVS = 0x200; // NLM_F_ACK_TLVS
  private static final int MESSAGE = 1; // NLMSGERR_ATTR_MSG

  /**
   * The messages in one datagram.
   *
   * @throws NetlinkFormatException when one claims to be longer than what is left
   */
  static List<NetlinkMessage> read(ByteBuffer datagram) {
    ByteBuffer in = datagram.slice().order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    while (in.hasRemaining()) {
      int start = in.position();
      int left = in.remaining();
      if (left < NetlinkRequest.HEADER_BYTES) {
        throw new NetlinkFormatException(
            "netlink message at byte %d: %d bytes are no header".formatted(start, left));
      }
      int length = in.getInt();
      if (length < NetlinkRequest.HEADER_BYTES || length > left) {
        throw new NetlinkFormatException(
            "netlink message at byte %d: a length of %d, where %d bytes are left"
                .formatted(start, length, left));
      }
      int type = Short.toUnsignedInt(in.getShort());
      int flags = Short.toUnsignedInt(in.getShort());
      int sequence = in.getInt();
      int body = length - NetlinkRequest.HEADER_BYTES;
      messages.add(
          new NetlinkMessage(
              type,
              flags,
              sequence,
              in.slice(start + NetlinkRequest.HEADER_BYTES, body).order(in.order())));
      in.position((int) Math.min(start + (length + 3L & -4), in.limit()));
    }
    return messages;
  }

  /** The attributes behind a fixed part of that many bytes. */
  NetlinkAttributes attributes(int fixed) {
    require(fixed);
    return NetlinkAttributes.read(payload.slice(fixed, payload.limit() - fixed));
  }

  /** Four bytes of the fixed part. */
  int u32(int offset) {
    require(offset + 4);
    return payload.getInt(offset);
  }

  int u8(int offset) {
    require(offset + 1);
    return Byte.toUnsignedInt(payload.get(offset));
  }

  private void require(int bytes) {
    if (payload.limit() < bytes) {
      throw new NetlinkFormatException(
          "netlink message of type %d: %d bytes, where at least %d are expected"
              .formatted(type, payload.limit(), bytes));
    }
  }

  /** Of an error or the end of a dump: the negated errno, 0 for success. */
  int error() {
    return u32(0);
  }

  /**
   * What the kernel adds to an error in words (extended acknowledgement, Linux 4.12). The request
   * stands between error and text, whole unless the kernel was told to leave its body out.
   */
  Optional<String> explanation() {
    if ((flags & ACK_TLVS) == 0) {
      return Optional.empty();
    }
    int fixed = 4;
    if (type == ERROR) {
      int request = (flags & CAPPED) != 0 ? NetlinkRequest.HEADER_BYTES : u32(4);
      if (request < NetlinkRequest.HEADER_BYTES || request > payload.limit() - fixed) {
        throw new NetlinkFormatException("netlink error: a request of " + request + " bytes in it");
      }
      fixed += request + 3 & -4;
      fixed = Math.min(fixed, payload.limit());
    }
    return attributes(fixed).text(MESSAGE);
  }
}
