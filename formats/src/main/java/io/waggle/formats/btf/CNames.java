package io.waggle.formats.btf;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Names for a C header. Types of several source files can share one name, which one header cannot
 * have twice: the second is given {@code ___2} at its end, which CO-RE relocation ignores.
 */
final class CNames {
  private static final Set<String> WORDS =
      Set.of(
          "char",
          "short",
          "int",
          "long",
          "signed",
          "unsigned",
          "_Bool",
          "__int128",
          "float",
          "double",
          "_Float16");

  private final Map<Integer, String> byType = new HashMap<>();
  private final Map<String, Integer> tags = new HashMap<>();
  private final Map<String, Integer> others = new HashMap<>();

  CNames() {
    // The compiler has one of its own, for BPF of another size than the kernel's.
    others.put("__builtin_va_list", 1);
  }

  /** The name of a structure, union or enumeration. */
  String tag(int type, String name) {
    String known = byType.get(type);
    return known != null ? known : keep(type, unique(tags, name));
  }

  /** The name of a typedef. */
  String typedef(int type, String name) {
    String known = byType.get(type);
    return known != null ? known : keep(type, unique(others, name));
  }

  /** A new name of a number. */
  String enumerator(String name) {
    return unique(others, name);
  }

  private String keep(int type, String name) {
    byType.put(type, name);
    return name;
  }

  private static String unique(Map<String, Integer> taken, String name) {
    String word = identifier(name);
    int times = taken.merge(word, 1, Integer::sum);
    return times == 1 ? word : word + "___" + times;
  }

  /** A name with what C does not allow in one replaced; kernels hold names of other languages. */
  static String identifier(String name) {
    StringBuilder word = new StringBuilder(name);
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean letter = c == '_' || (c | 32) >= 'a' && (c | 32) <= 'z';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        word.setCharAt(i, '_');
      }
    }
    return word.toString();
  }

  /** The name of a type that C has itself. */
  static String builtIn(String name, int size, boolean signed) {
    boolean known = true;
    for (String word : name.split(" ")) {
      known &= WORDS.contains(word);
    }
    return known ? name : integer(size, signed);
  }

  static String integer(int size, boolean signed) {
    String word =
        switch (size) {
          case 1 -> "char";
          case 2 -> "short";
          case 4 -> "int";
          case 8 -> "long long";
          default -> "__int128";
        };
    return (signed ? "signed " : "unsigned ") + word;
  }
}
