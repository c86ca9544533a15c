package io.waggle.script.syntax;

/** Knows what people write who come from other languages, and what they should write here. */
final class Mistakes {
  private Mistakes() {}

  /** A hint for a token that was not expected after another, empty for most. */
  static String hint(Token before, Token found) {
    return switch (found.kind()) {
      case OPERATOR -> operator(found.text());
      case WORD -> word(before, found.text());
      default -> "";
    };
  }

  /** A hint for a statement that does not end where it should, empty for most. */
  static String hint(Stmt statement) {
    return statement instanceof Stmt.Evaluate(Span _, Expr.Call call)
            && (call.function().equals("elif") || call.function().equals("elseif"))
        ? "write else if"
        : "";
  }

  private static String operator(String found) {
    return found.equals("=") ? "write == to compare" : "";
  }

  private static String word(Token before, String found) {
    switch (found) {
      case "and":
        return "write &&";
      case "or":
        return "write ||";
      default:
        if (before.kind() == Token.Kind.WORD && ExpressionParser.isTypeWord(before.text())) {
          return "a variable needs no type: write $" + found + " = ...";
        }
        return "";
    }
  }
}
