package io.waggle.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.GCC)
class NativeProgramTest {
  private static final String ECHO =
      """
      #include <stdio.h>
      int main(int argc, char **argv) {
        char line[64];
        printf("%s\\n", argv[1]);
        fflush(stdout);
        while (fgets(line, sizeof line, stdin)) {
          printf("got %s", line);
          fflush(stdout);
        }
        return argc;
      }
      """;

  @TempDir Path folder;

  @Test
  void steersProgramByLines() {
    try (var program = NativeProgram.compile(folder, "echo", ECHO).start("hello there")) {
      assertThat(program.readLine()).isEqualTo("hello there");
      program.send("work");
      assertThat(program.readLine()).isEqualTo("got work");
      assertThat(program.finish()).isEqualTo(2);
    }
  }

  @Test
  void closingEndsTheProcess() {
    RunningProgram program = NativeProgram.compile(folder, "echo", ECHO).start("hello");
    assertThat(program.readLine()).isEqualTo("hello");
    program.close();
    assertThat(ProcessHandle.of(program.pid())).isEmpty();
  }

  @Test
  void runReturnsOutputAndChecksStatus() {
    var fine =
        NativeProgram.compile(
            folder,
            "fine",
            "#include <math.h>\n#include <stdio.h>\n"
                + "int main(int c, char **v) { printf(\"%.0f\", cbrt(27.0 * c)); }",
            "-lm");
    assertThat(fine.run()).isEqualTo("3");
    var failing = NativeProgram.compile(folder, "failing", "int main(void) { return 7; }");
    assertThatThrownBy(failing::run).hasMessageContaining("status 7");
  }

  @Test
  void showsMessagesOfTheCompiler() {
    assertThatThrownBy(
            () -> NativeProgram.compile(folder, "broken", "int main(void) { return x; }"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("undeclared");
  }
}
