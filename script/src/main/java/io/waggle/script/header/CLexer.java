package io.waggle.script.header;

import java.util.ArrayList;
import java.util.List;

/** Takes C apart into tokens; comments are blanks. */
final class CLexer {
  private static final List<String> OPERATORS =
      List.of("...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->", "##");

  private final String text;
  private final List<CToken> tokens = new ArrayList<>();
  private int at;

  private CLexer(String text) {
    this.text = text;
  }

  /** All tokens, the last of kind END. */
  static List<CToken> tokens(String text) {
    CLexer lexer = new CLexer(text);
    while (lexer.skip()) {
      lexer.next();
    }
    lexer.add(CToken.Kind.END, "", text.length());
    return lexer.tokens;
  }

  private void add(CToken.Kind kind, String word, int start) {
    tokens.add(new CToken(kind, word, start));
  }

  /** Goes over blanks and comments; false at the end. */
  private boolean skip() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '\\' && isNext('\n')) {
        at++;
      } else if (c == '/' && isNext('/')) {
        at = endOfLine();
      } else if (c == '/' && isNext('*')) {
        int end = text.indexOf("*/", at + 2);
        at = end < 0 ? text.length() : end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  private boolean isNext(char c) {
    return at + 1 < text.length() && text.charAt(at + 1) == c;
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void next() {
    int start = at;
    char c = text.charAt(at);
    if (c == '#' && isFirstOfLine()) {
      directive();
    } else if (isWordStart(c)) {
      while (at < text.length() && isWordPart(text.charAt(at))) {
        at++;
      }
      add(CToken.Kind.WORD, text.substring(start, at), start);
    } else if (Character.isDigit(c)) {
      while (at < text.length() && isWordPart(text.charAt(at))) {
        at++;
      }
      add(CToken.Kind.NUMBER, text.substring(start, at), start);
    } else if (c == '"' || c == '\'') {
      quoted(c);
    } else {
      String operator = String.valueOf(c);
      for (String longer : OPERATORS) {
        if (text.startsWith(longer, at)) {
          operator = longer;
          break;
        }
      }
      at += operator.length();
      add(CToken.Kind.OPERATOR, operator, start);
    }
  }

  private boolean isFirstOfLine() {
    int before = at - 1;
    while (before >= 0 && text.charAt(before) != '\n') {
      if (!Character.isWhitespace(text.charAt(before))) {
        return false;
      }
      before--;
    }
    return true;
  }

  /** A line; one that ends with a backslash goes on. */
  private void directive() {
    int start = at;
    int end = endOfLine();
    while (end > 0 && end < text.length() && text.charAt(end - 1) == '\\') {
      at = end + 1;
      end = endOfLine();
    }
    add(CToken.Kind.DIRECTIVE, text.substring(start + 1, end).replace("\\\n", " ").strip(), start);
    at = end;
  }

  private void quoted(char quote) {
    int start = at++;
    while (at < text.length() && text.charAt(at) != quote) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at, text.length());
    String inside = text.substring(start + 1, at);
    at = Math.min(at + 1, text.length());
    add(quote == '"' ? CToken.Kind.STRING : CToken.Kind.CHARACTER, inside, start);
  }

  private static boolean isWordStart(char c) {
    return c == '_' || c == '$' || Character.isLetter(c);
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || Character.isDigit(c);
  }
}
