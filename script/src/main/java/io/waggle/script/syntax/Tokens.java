package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;

/**
 * The parser's view of the tokens: one at hand, more on request, and what was expected when wrong.
 */
final class Tokens {
  /** Deeper trees than this have no use, and would ask too much of the stack, here and later. */
  private static final int DEEPEST = 250;

  private final Source source;
  private final Lexer lexer;
  private final List<Token> ahead = new ArrayList<>();
  private Token last = new Token(Token.Kind.END, 0, 0, "", 0);
  private int depth;

  Tokens(Source source) {
    this.source = source;
    this.lexer = new Lexer(source);
  }

  Source source() {
    return source;
  }

  /** The token that comes {@code distance} after the next one. */
  Token peek(int distance) {
    while (ahead.size() <= distance) {
      ahead.add(lexer.next());
    }
    return ahead.get(distance);
  }

  Token peek() {
    return peek(0);
  }

  Token next() {
    last = peek();
    ahead.removeFirst();
    return last;
  }

  /** The token taken last. */
  Token last() {
    return last;
  }

  boolean at(String text) {
    return peek().is(text);
  }

  boolean at(Token.Kind kind) {
    return peek().kind() == kind;
  }

  /** Takes the token if it is {@code text}. */
  boolean accept(String text) {
    if (at(text)) {
      next();
      return true;
    }
    return false;
  }

  Token expect(String text) {
    if (!at(text)) {
      throw unexpected("expected " + text, "");
    }
    return next();
  }

  Token expect(Token.Kind kind, String what) {
    if (!at(kind)) {
      throw unexpected("expected " + what, "");
    }
    return next();
  }

  /** Where the next token starts, for reading on as plain text. */
  int rawPosition() {
    return peek().start();
  }

  /** Goes on at {@code offset}, dropping tokens that were looked at. */
  void rawPosition(int offset) {
    ahead.clear();
    lexer.position(offset);
  }

  /** Goes one level down in the tree; {@link #leave} goes up again. */
  void enter() {
    if (++depth > DEEPEST) {
      Token token = peek();
      throw lexer.error(
          token.start(),
          token.end(),
          "more than " + DEEPEST + " levels of nesting",
          "put parts into variables");
    }
  }

  void leave(int levels) {
    depth -= levels;
  }

  /** From {@code start} to the end of the token taken last. */
  Span since(int start) {
    return new Span(start, Math.max(start, last.end()));
  }

  ScriptException unexpected(String expected, String hint) {
    Token token = peek();
    String what = expected.isEmpty() ? "" : ", " + expected;
    return lexer.error(
        token.start(),
        token.end(),
        "unexpected " + token.describe() + what,
        hint.isEmpty() ? Mistakes.hint(last, token) : hint);
  }

  ScriptException error(Span span, String message, String hint) {
    return new ScriptException(source, Diagnostic.error(span, message, hint));
  }
}
