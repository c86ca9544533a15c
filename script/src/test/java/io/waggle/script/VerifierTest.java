package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.VerifierException;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Target;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads scripts of every kind into the running kernel, attached to nothing. */
@RequiresBpf
class VerifierTest {

  static List<String> scripts() throws IOException {
    return Files.readAllLines(RuntimeCase.folder().resolve("accepted.scripts")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  @Test
  void saysWhereALoopHasNoEnd() {
    String script = "begin {\n  @n = 1;\n  while (1) { @x++; }\n}";
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      Plan plan = Script.parse(script).compile(kernel, target).plan();
      assertThatThrownBy(() -> kernel.load(plan.object()))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("stdin:3:")
          .hasMessageContaining("while (1)")
          .hasMessageContaining("HINT");
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void isAccepted(String script) {
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      Plan plan = Script.parse(script).compile(kernel, target).plan();
      try (LoadedObject object = kernel.load(plan.object())) {
        for (var probe : plan.probes()) {
          assertThat(object.program(probe.program()).describe()).isNotNull();
        }
      }
    }
  }
}
