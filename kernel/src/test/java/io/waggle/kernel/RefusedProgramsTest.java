package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.waggle.bpf.Assembler;
import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.verifier.Rule;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.KernelVersion;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every program of {@code refused.programs} breaks the rule that it says. */
@RequiresBpf
class RefusedProgramsTest {
  /** {@code BPF_F_RDONLY_PROG}. */
  private static final int READ_ONLY = 1 << 7;

  private static final List<MapSpec> MAPS =
      List.of(
          Code.HITS,
          new MapSpec("numbers", MapType.HASH, 4, 8, 16),
          new MapSpec("text", MapType.ARRAY, 4, 64, 1),
          new MapSpec("ring", MapType.RINGBUF, 0, 0, 4096),
          new MapSpec("stacks", MapType.STACK_TRACE, 4, 8 * 127, 16),
          new MapSpec("jumps", MapType.PROG_ARRAY, 4, 4, 2),
          new MapSpec(
              "constants",
              MapType.ARRAY,
              4,
              8,
              1,
              READ_ONLY,
              Bytes.of(new byte[8]),
              MapSpec.Traits.NONE));

  /** A program and what is expected of its refusal. */
  record Refused(String name, List<String> head, String code) {
    String rule() {
      return name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
    }

    Optional<String> value(String key) {
      return values(key).stream().findFirst();
    }

    List<String> values(String key) {
      return head.stream()
          .filter(line -> line.startsWith(key + " "))
          .map(line -> line.substring(key.length() + 1))
          .toList();
    }

    /** Whether it is for a function of the kernel, which its section names. */
    boolean isOfFunction() {
      return value("section").isPresent();
    }

    BpfObject object() {
      ProgramType type =
          ProgramType.valueOf(value("type").orElse("raw_tracepoint").toUpperCase(Locale.ROOT));
      ProgramSpec program =
          new ProgramSpec(
              "refused",
              type,
              value("attach").map(AttachType::valueOf),
              value("section").orElse(""),
              Integer.decode(value("flags").orElse("0")),
              Assembler.assemble(code),
              List.of());
      return new BpfObject(value("licence").orElse("GPL"), MAPS, List.of(program));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Refused> programs() throws IOException {
    try (InputStream file = RefusedProgramsTest.class.getResourceAsStream("refused.programs")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      List<Refused> programs = new ArrayList<>();
      for (String part : text.substring(text.indexOf("\n== ") + 4).split("\n== ")) {
        List<String> lines = part.lines().toList();
        int code = 1;
        while (isHead(lines.get(code))) {
          code++;
        }
        programs.add(
            new Refused(
                lines.getFirst(),
                lines.subList(1, code),
                String.join("\n", lines.subList(code, lines.size()))));
      }
      return programs;
    }
  }

  private static boolean isHead(String line) {
    return List.of("type", "licence", "flags", "attach", "section", "since", "before", "says")
        .stream()
        .anyMatch(key -> line.startsWith(key + " "));
  }

  private static boolean isAtLeast(String version) {
    int[] numbers = Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    return KernelVersion.running().atLeast(numbers[0], numbers[1]);
  }

  static List<Refused> tracingPrograms() throws IOException {
    return programs().stream().filter(Refused::isOfFunction).toList();
  }

  static List<Refused> otherPrograms() throws IOException {
    return programs().stream().filter(refused -> !refused.isOfFunction()).toList();
  }

  @ParameterizedTest
  @MethodSource("otherPrograms")
  void isExplained(Refused refused) {
    load(refused);
  }

  @ParameterizedTest
  @MethodSource("tracingPrograms")
  @Guest
  @Requires(Feature.FENTRY)
  void isExplainedForTracedFunctions(Refused refused) {
    load(refused);
  }

  private static void load(Refused refused) {
    refused.value("since").ifPresent(since -> assumeThat(isAtLeast(since)).isTrue());
    refused.value("before").ifPresent(before -> assumeThat(isAtLeast(before)).isFalse());
    try (Kernel kernel = Kernel.host()) {
      VerifierException rejected =
          catchThrowableOfType(
              VerifierException.class, () -> kernel.load(refused.object()).close());
      assertThat(rejected).isNotNull();
      assertThat(rejected.rejection().broken().map(Rule::name)).contains(refused.rule());
      String message = rejected.getMessage().replaceAll("\\s+", " ");
      for (String words : refused.values("says")) {
        assertThat(message).contains(words);
      }
    }
  }
}
