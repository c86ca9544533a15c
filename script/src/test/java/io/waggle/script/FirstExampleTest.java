package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.kernel.Kernel;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing the README shows to people who embed Waggle in a program of theirs. */
@RequiresBpf
class FirstExampleTest {
  @TempDir Path folder;

  @Test
  void countsTheLinesTypedIntoABash() throws IOException {
    // A bash of the test's own: its file is traced, nobody else runs it.
    Path bash = Files.copy(Path.of("/bin/bash"), folder.resolve("bash"));
    assertThat(bash.toFile().setExecutable(true)).isTrue();
    Map<String, Long> seen = new TreeMap<>();
    try (var engine = Kernel.host();
        var tracing =
            Script.parse("uretprobe:" + bash + ":readline { @lines[str(retval)] = count(); }")
                .attach(engine)) {
      // bash reads by readline from terminals only; script(1) gives it one.
      try (RunningProgram terminal =
          RunningProgram.start(
              List.of("script", "-qec", bash + " --norc --noprofile -i", "/dev/null"))) {
        terminal.send("true one");
        terminal.send("true one");
        terminal.send("exit 0");
        assertThat(terminal.finish()).isZero();
      }
      tracing.runFor(Duration.ofMillis(100));
      tracing.map("lines").asCounts().forEach(seen::put);
    }
    assertThat(seen).containsEntry("true one", 2L).containsEntry("exit 0", 1L);
  }
}
