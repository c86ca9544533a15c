package io.waggle.script.header;

/** Puts headers together: what {@code #include} needs, which scripts without it do not. */
@FunctionalInterface
public interface Preprocessor {

  /**
   * The text of a C source with all that it includes, its {@code #define} lines kept.
   *
   * @param source lines of the preprocessor
   * @throws RuntimeException worded for the user, if a header is missing or nothing can read it
   */
  String preprocess(String source);
}
