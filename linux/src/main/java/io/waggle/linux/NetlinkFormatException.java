package io.waggle.linux;

/** Bytes that are no netlink message: what was expected, where, and what was found. */
public final class NetlinkFormatException extends RuntimeException {
  NetlinkFormatException(String message) {
    super(message);
  }
}
