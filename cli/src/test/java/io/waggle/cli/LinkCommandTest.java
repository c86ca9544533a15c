package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.CLANG)
class LinkCommandTest {
  private static final String SECTION = "#define SEC(name) __attribute__((section(name), used))\n";

  @TempDir Path folder;
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  private int run(String... arguments) {
    PrintStream stream = new PrintStream(messages, true, StandardCharsets.UTF_8);
    return Main.run(arguments, stream, stream);
  }

  private String said() {
    return messages.toString(StandardCharsets.UTF_8);
  }

  private String compile(String name, String source) {
    return BpfCompiler.compile(folder, name, SECTION + source).toString();
  }

  @Test
  void linksObjects() {
    String program =
        compile(
            "program", "extern int count; SEC(\"raw_tp\") int p(void *c) { count++; return 0; }");
    String variable = compile("variable", "int count = 7;");
    Path linked = folder.resolve("linked.bpf.o");
    assertThat(run("link", "-o", linked.toString(), program, variable)).as(said()).isZero();
    assertThat(said()).isEmpty();
    assertThat(BpfObject.read(linked).programs()).hasSize(1);
    assertThat(BpfObject.read(linked).variables()).hasSize(1);
  }

  @Test
  void leavesTheOldFileWhereItFails() throws Exception {
    String one = compile("one", "int count = 7;");
    String two = compile("two", "int count = 8;");
    Path there = Files.writeString(folder.resolve("there"), "old");
    assertThat(run("link", "-o", there.toString(), one, two)).isEqualTo(1);
    assertThat(said())
        .isEqualTo(
            "waggle link: symbol 'count': it is defined in both %s and %s; make one of them static"
                    .formatted(one, two)
                + " or __weak, or declare it extern in one file\n");
    assertThat(there).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".new"));
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(run("link", "a.bpf.o")).isEqualTo(2);
    assertThat(said()).startsWith("waggle link: say where the object goes: -o FILE\n");
    messages.reset();
    assertThat(run("link", "-o", "x")).isEqualTo(2);
    assertThat(said()).startsWith("waggle link: no objects to link\n");
    messages.reset();
    assertThat(run("link", "-o", folder.resolve("x").toString(), "/nowhere.o")).isEqualTo(1);
    assertThat(said()).isEqualTo("waggle link: cannot read /nowhere.o: no such file or folder\n");
  }
}
