package io.waggle.script.header;

/**
 * A token of C.
 *
 * @param text as written; of strings without quotes
 * @param start offset of its first character in what was read
 */
record CToken(Kind kind, String text, int start) {

  /** What a token is. */
  enum Kind {
    WORD,
    NUMBER,
    CHARACTER,
    STRING,
    /** A line of the preprocessor without its hash. */
    DIRECTIVE,
    OPERATOR,
    END
  }

  boolean is(String wanted) {
    return text.equals(wanted) && (kind == Kind.WORD || kind == Kind.OPERATOR);
  }
}
