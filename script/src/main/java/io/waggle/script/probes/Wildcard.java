package io.waggle.script.probes;

/** A pattern in which {@code *} stands for any characters and {@code ?} for one. */
public record Wildcard(String pattern) {

  /** True if the text holds a wildcard. */
  public static boolean isIn(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  /** True if the whole of {@code name} fits the pattern. */
  public boolean matches(String name) {
    int at = 0;
    int i = 0;
    int star = -1;
    int resume = 0;
    while (i < name.length()) {
      char c = at < pattern.length() ? pattern.charAt(at) : 0;
      if (c == '*') {
        star = at++;
        resume = i;
      } else if (at < pattern.length() && (c == '?' || c == name.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        // Let the last star take one character more.
        at = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
