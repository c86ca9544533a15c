package io.waggle.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> NAMES =
      List.of("realloc", "malloc", "calloc", "balloc", "talloc", "free", "malloc");

  @Test
  void givesOnlyTheNearest() {
    assertThat(Nearest.of("maloc", NAMES)).containsExactly("malloc");
    assertThat(Nearest.of("malloc", NAMES)).containsExactly("malloc");
  }

  @Test
  void givesThreeThatAreEquallyNear() {
    assertThat(Nearest.of("xalloc", NAMES)).containsExactly("balloc", "calloc", "malloc");
  }

  @Test
  void givesNoneThatIsFar() {
    assertThat(Nearest.of("pthread_create", NAMES)).isEmpty();
    assertThat(Nearest.of("fr", NAMES)).isEmpty();
    assertThat(Nearest.of("", NAMES)).isEmpty();
    assertThat(Nearest.of("malloc", List.of())).isEmpty();
  }

  @Test
  void makesAHint() {
    assertThat(Nearest.hint("maloc", NAMES)).isEqualTo("did you mean malloc?");
    assertThat(Nearest.hint("balloo", NAMES)).isEqualTo("did you mean balloc?");
    assertThat(Nearest.hint("other", NAMES)).isEmpty();
  }
}
