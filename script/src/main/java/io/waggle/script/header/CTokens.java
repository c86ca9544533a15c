package io.waggle.script.header;

import java.util.List;

/** Tokens of C, and a place among them. */
final class CTokens {
  private final List<CToken> tokens;
  private int position;

  CTokens(List<CToken> tokens) {
    this.tokens = tokens;
  }

  int position() {
    return position;
  }

  void position(int place) {
    position = place;
  }

  CToken peek() {
    return tokens.get(position);
  }

  CToken peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  CToken next() {
    CToken token = peek();
    if (token.kind() != CToken.Kind.END) {
      position++;
    }
    return token;
  }

  boolean at(String text) {
    return peek().is(text);
  }

  boolean atEnd() {
    return peek().kind() == CToken.Kind.END;
  }

  boolean accept(String text) {
    if (at(text)) {
      position++;
      return true;
    }
    return false;
  }

  void expect(String text) {
    if (!accept(text)) {
      throw error(peek(), "expected " + text);
    }
  }

  /** Goes past what the bracket at hand opens. */
  void skipBrackets() {
    int depth = 0;
    do {
      CToken token = next();
      if (token.is("(") || token.is("[") || token.is("{")) {
        depth++;
      } else if (token.is(")") || token.is("]") || token.is("}")) {
        depth--;
      }
    } while (depth > 0 && !atEnd());
  }

  CSyntaxException error(CToken token, String message) {
    String found = token.kind() == CToken.Kind.END ? "the end" : "'" + token.text() + "'";
    int length = Math.max(1, token.text().length());
    return new CSyntaxException(
        token.start(),
        token.start() + length,
        message.startsWith("expected") ? message + ", found " + found : message);
  }
}
