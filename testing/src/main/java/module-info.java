/** What the tests of every module share. */
module io.waggle.testing {
  requires transitive org.junit.jupiter.api;
  requires transitive org.assertj.core;

  exports io.waggle.testing;
}
