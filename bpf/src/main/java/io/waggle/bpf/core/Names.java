package io.waggle.bpf.core;

/** Names of types and what is left of them without a flavour. */
final class Names {
  private Names() {}

  /**
   * The name without its flavour: {@code task_struct} of {@code task_struct___old}. The underscores
   * must stand between other letters.
   */
  static String essential(String name) {
    for (int i = name.length() - 5; i >= 0; i--) {
      if (name.startsWith("___", i + 1) && name.charAt(i) != '_' && name.charAt(i + 4) != '_') {
        return name.substring(0, i + 1);
      }
    }
    return name;
  }

  static boolean agree(String one, String other) {
    return essential(one).equals(essential(other));
  }
}
