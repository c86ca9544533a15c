package io.waggle.script.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads IP addresses as inet_pton(3) does. */
final class InternetAddressReader {
  private InternetAddressReader() {}

  /** 4 or 16 bytes, empty if the text is no address. */
  static Optional<byte[]> read(String text) {
    return text.indexOf(':') >= 0 ? six(text) : four(text);
  }

  private static Optional<byte[]> four(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    if (parts.length != 4) {
      return Optional.empty();
    }
    for (int i = 0; i < 4; i++) {
      int value = number(parts[i], 10, 3);
      if (value < 0 || value > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(bytes);
  }

  private static Optional<byte[]> six(String text) {
    int gap = text.indexOf("::");
    Optional<List<Integer>> head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    Optional<List<Integer>> tail =
        gap < 0 ? Optional.of(List.of()) : groups(text.substring(gap + 2), true);
    if (head.isEmpty() || tail.isEmpty()) {
      return Optional.empty();
    }
    int known = head.get().size() + tail.get().size();
    if (gap < 0 ? known != 8 : known > 7) {
      return Optional.empty();
    }
    byte[] bytes = new byte[16];
    for (int i = 0; i < head.get().size(); i++) {
      put(bytes, i, head.get().get(i));
    }
    for (int i = 0; i < tail.get().size(); i++) {
      put(bytes, 8 - tail.get().size() + i, tail.get().get(i));
    }
    return Optional.of(bytes);
  }

  private static void put(byte[] bytes, int group, int value) {
    bytes[2 * group] = (byte) (value >> 8);
    bytes[2 * group + 1] = (byte) value;
  }

  /** Groups separated by colons; the last may be an IPv4 address, which counts as two. */
  private static Optional<List<Integer>> groups(String text, boolean atEnd) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return Optional.of(groups);
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (atEnd && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        Optional<byte[]> last = four(parts[i]);
        if (last.isEmpty()) {
          return Optional.empty();
        }
        groups.add((last.get()[0] & 0xff) << 8 | last.get()[1] & 0xff);
        groups.add((last.get()[2] & 0xff) << 8 | last.get()[3] & 0xff);
      } else {
        int value = number(parts[i], 16, 4);
        if (value < 0) {
          return Optional.empty();
        }
        groups.add(value);
      }
    }
    return Optional.of(groups);
  }

  /** -1 if the text is no number of at most that many digits. */
  private static int number(String text, int radix, int digits) {
    if (text.isEmpty() || text.length() > digits) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }
}
