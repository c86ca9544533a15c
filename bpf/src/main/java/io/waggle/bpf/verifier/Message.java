package io.waggle.bpf.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form of a message: text with placeholders. {@code {x}} stands for any text, {@code {x#}} for
 * a number, {@code {x:a|b}} for one of these (which may hold {@code {}} again), {@code {}} for text
 * of no interest. {@code {register}} stands for {@code R0} to {@code R10}.
 */
public final class Message {
  private final String text;
  private final Pattern pattern;
  private final List<String> names = new ArrayList<>();

  Message(String text) {
    this.text = text;
    this.pattern = Pattern.compile(compile(text, true));
  }

  private String compile(String form, boolean isCatching) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < form.length()) {
      int open = form.indexOf('{', at);
      if (open < 0) {
        out.append(Pattern.quote(form.substring(at)));
        break;
      }
      if (open > at) {
        out.append(Pattern.quote(form.substring(at, open)));
      }
      int close = close(form, open);
      out.append(placeholder(form.substring(open + 1, close), isCatching));
      at = close + 1;
    }
    return out.toString();
  }

  private static int close(String form, int open) {
    int depth = 0;
    for (int i = open; i < form.length(); i++) {
      depth += form.charAt(i) == '{' ? 1 : form.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("no closing brace in '" + form + "'");
  }

  private String placeholder(String name, boolean isCatching) {
    if (name.isEmpty()) {
      return ".*?";
    }
    if (!isCatching) {
      throw new IllegalArgumentException("a placeholder inside of another: " + name);
    }
    int colon = name.indexOf(':');
    if (colon >= 0) {
      names.add(name.substring(0, colon));
      StringBuilder choices = new StringBuilder();
      for (String choice : name.substring(colon + 1).split("\\|")) {
        choices.append(choices.isEmpty() ? "" : "|").append(compile(choice, false));
      }
      return "(" + choices + ")";
    }
    boolean isNumber = name.endsWith("#");
    names.add(isNumber ? name.substring(0, name.length() - 1) : name);
    return isNumber ? "(-?\\d+)" : name.equals("register") ? "(R\\d+)" : "(.+?)";
  }

  /** Names of the placeholders. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** What a line has in the placeholders' places, if it is of this form from end to end. */
  Optional<Map<String, String>> match(String line) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      values.put(names.get(i), matcher.group(i + 1));
    }
    return Optional.of(values);
  }

  /** The form as it stands in the table. */
  @Override
  public String toString() {
    return text;
  }
}
