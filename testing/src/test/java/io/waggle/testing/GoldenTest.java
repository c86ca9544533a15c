package io.waggle.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void acceptsEqualText() {
    assertThatCode(() -> Golden.assertMatches(GoldenTest.class, "greeting.txt", "hello\n"))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnyDifference() {
    assertThatThrownBy(() -> Golden.assertMatches(GoldenTest.class, "greeting.txt", "hello"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void saysHowToWriteMissingFile() {
    assertThatThrownBy(() -> Golden.assertMatches(GoldenTest.class, "absent.txt", "text"))
        .hasMessageContaining("-Dgolden.update=true");
  }
}
