package io.waggle.script.syntax;

/**
 * A token.
 *
 * @param text of a word, operator or text literal (resolved); for a variable without the dollar
 *     sign, for a map without the at sign
 * @param number value of a number or index of a positional parameter
 */
record Token(Kind kind, int start, int end, String text, long number) {
  enum Kind {
    WORD,
    NUMBER,
    UNSIGNED,
    TEXT,
    VARIABLE,
    MAP,
    POSITIONAL,
    POSITIONAL_COUNT,
    OPERATOR,
    DIRECTIVE,
    END
  }

  boolean is(String operatorOrWord) {
    return (kind == Kind.OPERATOR || kind == Kind.WORD) && text.equals(operatorOrWord);
  }

  Span span() {
    return new Span(start, end);
  }

  /** For messages. */
  String describe() {
    return switch (kind) {
      case END -> "end of file";
      case TEXT -> "string";
      case NUMBER, UNSIGNED -> "integer";
      case VARIABLE -> "$" + text;
      case MAP -> "@" + text;
      case POSITIONAL -> "$" + number;
      case POSITIONAL_COUNT -> "$#";
      case WORD, OPERATOR, DIRECTIVE -> text;
    };
  }
}
