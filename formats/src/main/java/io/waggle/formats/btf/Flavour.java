package io.waggle.formats.btf;

import io.waggle.formats.Bytes;

/**
 * The part of a name that says which of several versions of a type is meant: three underscores and
 * what follows, {@code ___old} in {@code task_struct___old}. CO-RE relocation passes it over.
 */
public final class Flavour {
  private static final int SEPARATOR = 3;

  private Flavour() {}

  /** A name without its flavour; the name itself if it has none. */
  public static String strip(String name) {
    int from = name.length() - 2;
    while (from > 0) {
      int at = name.lastIndexOf("___", from);
      if (at <= 0) {
        return name;
      }
      boolean alone = name.charAt(at - 1) != '_';
      if (alone && at + SEPARATOR < name.length() && name.charAt(at + SEPARATOR) != '_') {
        return name.substring(0, at);
      }
      from = at - 1;
    }
    return name;
  }

  /** A hash of a name without its flavour, of a text that ends in NUL. */
  static int hash(Bytes strings, long offset) {
    int hash = 0;
    int stripped = 0;
    int before = 0;
    boolean flavoured = false;
    int underscores = 0;
    long at = offset;
    for (int c = strings.u8(at); c != 0; c = strings.u8(++at)) {
      if (c == '_') {
        before = underscores == 0 ? hash : before;
        underscores++;
      } else {
        if (underscores == SEPARATOR && at > offset + SEPARATOR) {
          flavoured = true;
          stripped = before;
        }
        underscores = 0;
      }
      hash = hash * 31 + c;
    }
    return spread(flavoured ? stripped : hash);
  }

  /** The hash of a name that is all of it stripped already. */
  static int hashOf(byte[] stripped) {
    int hash = 0;
    for (byte b : stripped) {
      hash = hash * 31 + (b & 0xff);
    }
    return spread(hash);
  }

  private static int spread(int hash) {
    return hash ^ hash >>> 15;
  }
}
