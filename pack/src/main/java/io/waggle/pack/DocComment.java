package io.waggle.pack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is written above a declaration: text, and after words such as {@code @sample} more text,
 * which goes on up to the next word or an empty line.
 *
 * @param line of the file where it begins, from 1
 * @param text what stands outside of all words, lines joined; empty if there is none
 * @param tags by word, without the {@code @}
 */
record DocComment(int line, String text, Map<String, String> tags) {
  DocComment {
    tags = Map.copyOf(tags);
  }

  Optional<String> tag(String word) {
    return Optional.ofNullable(tags.get(word));
  }

  /** Takes the lines of a comment apart, without the marks that make it one. */
  static DocComment of(int line, String lines) {
    Map<String, StringBuilder> tags = new LinkedHashMap<>();
    StringBuilder plain = new StringBuilder();
    StringBuilder current = plain;
    for (String one : lines.split("\n", -1)) {
      String rest = one.strip();
      if (rest.isEmpty()) {
        current = plain;
        continue;
      }
      if ((rest.charAt(0) == '@' || rest.charAt(0) == '\\') && rest.length() > 1) {
        int end = 1;
        while (end < rest.length() && Character.isJavaIdentifierPart(rest.charAt(end))) {
          end++;
        }
        current = tags.computeIfAbsent(rest.substring(1, end), word -> new StringBuilder());
        rest = rest.substring(end).strip();
      }
      current.append(current.isEmpty() || rest.isEmpty() ? "" : " ").append(rest);
    }
    Map<String, String> texts = new LinkedHashMap<>();
    tags.forEach((word, text) -> texts.put(word, text.toString()));
    return new DocComment(line, plain.toString(), texts);
  }

  /** Text as people write it, with quotes around or not. */
  static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }
}
