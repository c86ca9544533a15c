package io.waggle.script.check;

import java.util.Set;

/** The language's names that waggle knows of and cannot do, so that it can say so. */
final class Unsupported {
  private static final Set<String> NAMES = Set.of("dw_ustack", "skboutput");

  private Unsupported() {}

  static boolean isKnown(String name) {
    return NAMES.contains(name);
  }

  static String message(String name) {
    return name + " is not supported";
  }
}
