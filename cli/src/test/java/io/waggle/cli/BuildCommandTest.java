package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.CLANG)
class BuildCommandTest {
  private static final String SOURCE =
      """
      #include "snoop.h"
      #define SEC(name) __attribute__((section(name), used))
      SEC("tp/sched/sched_process_exec") int on_exec(void *ctx) { return MARK; }
      char LICENSE[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;
  private String source;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("snoop.h"), "struct event { int pid; };\n");
    source = Files.writeString(folder.resolve("snoop.bpf.c"), SOURCE).toString();
  }

  private record Run(int status, String out, String err) {}

  private static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void writesAPackageBesideItsSource() {
    String header = folder.resolve("snoop.h").toString();
    Path made = folder.resolve("package.json");
    assertThat(run("build", "-DMARK=0", source, header))
        .isEqualTo(
            new Run(
                0,
                """
                Compiling bpf object...
                Generating export types...
                Packing ebpf object and config into %s...
                """
                    .formatted(made),
                ""));
    assertThat(run("run", made.toString(), "--help").out())
        .contains("Usage: package.json [OPTIONS]");
    assertThat(run(made.toString(), "-h").status()).isZero();
  }

  @Test
  void writesTheObjectAlone() throws IOException {
    Path out = folder.resolve("out");
    assertThat(run("build", "--object", "-o", out.toString(), "-D", "MARK=0", source).status())
        .isZero();
    try (var files = Files.list(out)) {
      assertThat(files).containsExactly(out.resolve("snoop.bpf.o"));
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Run undefined = run("build", source);
    assertThat(undefined.status()).isEqualTo(1);
    assertThat(undefined.err())
        .startsWith(source + ":3:68: error: use of undeclared identifier 'MARK'\n")
        .endsWith("waggle build: clang does not take " + source + "\n");
    assertThat(folder.resolve("package.json")).doesNotExist();
    assertThat(run("build", "none.bpf.c"))
        .returns(1, Run::status)
        .extracting(Run::err)
        .isEqualTo("waggle build: there is no file 'none.bpf.c'\n");
    assertThat(run("build", "-DMARK=0", "--clang", "/bin/true", source).err())
        .startsWith("waggle build: /bin/true is no clang; C programs need clang 11 or newer");
    assertThat(run("build")).returns(2, Run::status);
    assertThat(run("build", "--object", "--yaml", source)).returns(2, Run::status);
    Files.writeString(
        folder.resolve("snoop.bpf.c"),
        SOURCE + "/// @sample {\"interval\": }\nstruct { int x; } map SEC(\".maps\");\n");
    assertThat(run("build", "-DMARK=0", source).err()).startsWith("waggle build: ");
  }
}
