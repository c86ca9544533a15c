package io.waggle.pack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the comments {@code /// …} and <code>/** … *&#47;</code> of a C file and the variable, map
 * or function that each stands above. Knows of C no more than it needs for that: brackets, strings,
 * comments, lines of the preprocessor.
 */
final class DocComments {
  /** The name under which the licence's comment is kept, whatever the variable is called. */
  static final String LICENSE = "LICENSE";

  private final String source;
  private final Map<String, DocComment> found = new LinkedHashMap<>();
  private int at;
  private int line = 1;
  private Optional<DocComment> pending = Optional.empty();
  private final List<String> declaration = new ArrayList<>();
  private boolean license;

  private DocComments(String source) {
    this.source = source;
  }

  /** Comments by the name of what is declared; unfinished C is read as far as it goes. */
  static Map<String, DocComment> parse(String source) {
    DocComments comments = new DocComments(source);
    comments.read();
    return comments.found;
  }

  private void read() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (Character.isWhitespace(c)) {
        advance(1);
      } else if (c == '#') {
        skipDirective();
      } else if (source.startsWith("//", at) || source.startsWith("/*", at)) {
        comment();
      } else if (c == ';') {
        advance(1);
        endDeclaration();
      } else if (c == '{') {
        skipBrackets();
        // A function ends with its body; a structure, or a list of values, does not.
        if (isFunction()) {
          endDeclaration();
        } else {
          declaration.add("{}");
        }
      } else if (c == '(') {
        parentheses();
      } else if (c == '[') {
        skipBrackets();
        declaration.add("[");
      } else {
        word(c);
      }
    }
  }

  private void word(char c) {
    if (c == '"' || c == '\'') {
      skipString(c);
      declaration.add("\"");
      return;
    }
    int start = at;
    if (!Character.isJavaIdentifierStart(c)) {
      advance(1);
      declaration.add(source.substring(start, at));
      return;
    }
    while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at))) {
      advance(1);
    }
    declaration.add(source.substring(start, at));
  }

  /** Leaves out attributes, and keeps of arguments the first word, which may be a name. */
  private void parentheses() {
    int start = at;
    skipBrackets();
    String inside = source.substring(start + 1, Math.max(start + 1, at - 1)).strip();
    String before = declaration.isEmpty() ? "" : declaration.getLast();
    if (before.equals("SEC") || before.equals("__attribute__")) {
      license |= inside.contains("\"license\"");
      declaration.removeLast();
    } else {
      declaration.add("(" + firstWord(inside));
    }
  }

  private static String firstWord(String text) {
    int end = 0;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  private boolean isFunction() {
    return function() > 0 && !declaration.contains("=");
  }

  /** The place of the parameters among the words, or -1. */
  private int function() {
    for (int i = 1; i < declaration.size(); i++) {
      if (declaration.get(i).startsWith("(") && isName(declaration.get(i - 1))) {
        return i;
      }
    }
    return -1;
  }

  private void endDeclaration() {
    String name = license ? LICENSE : name();
    if (pending.isPresent() && !name.isEmpty()) {
      found.putIfAbsent(name, pending.get());
    }
    pending = Optional.empty();
    declaration.clear();
    license = false;
  }

  private String name() {
    int parameters = function();
    if (parameters > 0 && !declaration.subList(0, parameters).contains("=")) {
      String word = declaration.get(parameters - 1);
      // BPF_PROG(name, ...) and its like define the function that their first argument names.
      return word.startsWith("BPF_") ? declaration.get(parameters).substring(1) : word;
    }
    String name = "";
    for (String word : declaration) {
      if (word.equals("=") || word.equals("[")) {
        break;
      }
      if (isName(word) && (name.isEmpty() || !word.startsWith("__"))) {
        name = word;
      }
    }
    return name;
  }

  private static boolean isName(String word) {
    return !word.isEmpty() && Character.isJavaIdentifierStart(word.charAt(0));
  }

  private void comment() {
    int start = at;
    int first = line;
    boolean doc = isDoc();
    if (source.charAt(at + 1) == '*') {
      int end = source.indexOf("*/", at + 2);
      advance((end < 0 ? source.length() : end + 2) - at);
      if (doc) {
        pending = Optional.of(DocComment.of(first, block(source.substring(start, at))));
      }
      return;
    }
    StringBuilder lines = new StringBuilder();
    while (doc && isDoc()) {
      int end = endOfLine();
      lines.append(source, Math.min(at + 3, end), end).append('\n');
      advance(end - at);
      skipBlanks();
    }
    if (doc) {
      pending = Optional.of(DocComment.of(first, lines.toString()));
    } else {
      advance(endOfLine() - at);
    }
  }

  private boolean isDoc() {
    return source.startsWith("///", at) && !source.startsWith("////", at)
        || source.startsWith("/**", at)
            && !source.startsWith("/**/", at)
            && !source.startsWith("/***", at);
  }

  private void skipBlanks() {
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      advance(1);
    }
  }

  private static String block(String comment) {
    StringBuilder lines = new StringBuilder();
    int end = comment.endsWith("*/") ? comment.length() - 2 : comment.length();
    for (String one : comment.substring(3, Math.max(3, end)).split("\n", -1)) {
      String text = one.strip();
      lines.append(text.startsWith("*") ? text.substring(1) : text).append('\n');
    }
    return lines.toString();
  }

  private int endOfLine() {
    int end = source.indexOf('\n', at);
    return end < 0 ? source.length() : end;
  }

  private void skipDirective() {
    do {
      advance(Math.min(endOfLine() + 1, source.length()) - at);
    } while (at < source.length() && at > 1 && source.charAt(at - 2) == '\\');
  }

  /** Goes behind the bracket that closes the one here, past strings and comments. */
  private void skipBrackets() {
    int depth = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '"' || c == '\'') {
        skipString(c);
        continue;
      }
      if (source.startsWith("//", at)) {
        advance(endOfLine() - at);
        continue;
      }
      if (source.startsWith("/*", at)) {
        int end = source.indexOf("*/", at + 2);
        advance((end < 0 ? source.length() : end + 2) - at);
        continue;
      }
      advance(1);
      depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
      if (depth <= 0) {
        return;
      }
    }
  }

  private void skipString(char quote) {
    advance(1);
    while (at < source.length() && source.charAt(at) != quote && source.charAt(at) != '\n') {
      advance(source.charAt(at) == '\\' ? 2 : 1);
    }
    advance(1);
  }

  private void advance(int count) {
    int end = Math.min(source.length(), at + count);
    while (at < end) {
      if (source.charAt(at++) == '\n') {
        line++;
      }
    }
  }
}
