package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.linux.EventFd;
import io.waggle.script.output.Names;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the cases of {@code runtime/} on the running kernel. */
@RequiresBpf
class RuntimeTest {

  static List<RuntimeCase> cases() throws IOException {
    String only = System.getProperty("runtime.case", "");
    List<RuntimeCase> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(RuntimeCase.folder())) {
      for (Path file : files.sorted().filter(path -> path.toString().endsWith(".txt")).toList()) {
        RuntimeCase.read(file).stream()
            .filter(each -> each.toString().contains(only))
            .forEach(cases::add);
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsAsExpected(RuntimeCase runtimeCase) {
    List<String> lines = RuntimeCase.lines(run(runtimeCase));
    List<String> expected = runtimeCase.expected();
    assertThat(lines).as("output of " + runtimeCase.program()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i).startsWith("~ ")) {
        assertThat(lines.get(i)).matches(expected.get(i).substring(2));
      } else {
        assertThat(lines.get(i)).as(lines.toString()).isEqualTo(expected.get(i));
      }
    }
  }

  private static String run(RuntimeCase runtimeCase) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything();
        EventFd stop = new EventFd();
        OutputFile file = OutputFile.to(bytes, BufferMode.FULL);
        OutputFile messages = OutputFile.to(new ByteArrayOutputStream(), BufferMode.FULL)) {
      Script script =
          Script.parse(runtimeCase.program())
              .withParameters(runtimeCase.parameters())
              .withUnsafe(true);
      Plan plan = script.compile(kernel, target).plan();
      try (Names names = Tracing.names(plan);
          Tracing tracing =
              Tracing.attach(plan, kernel, new TextOutput(file, messages, names), target)) {
        tracing.run(stop.fd());
        tracing.finish(script.settings().printMapsOnExit());
      }
      file.flush();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
