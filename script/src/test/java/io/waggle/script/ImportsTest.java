package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.kernel.Kernel;
import io.waggle.script.run.Target;
import io.waggle.script.syntax.ScriptException;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportsTest {
  @TempDir Path folder;

  @BeforeEach
  void onlyTheOwnerWrites() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Script main(String text) {
    return Script.parse(folder.resolve("main.bt").toString(), text);
  }

  private static List<String> probes(Script script) {
    return script.probes(OptionalInt.empty()).stream().flatMap(p -> p.names().stream()).toList();
  }

  @Test
  @RequiresBpf
  void takesMacrosMapsAndTypes() throws IOException {
    file("helpers.bt", "let @seen = hash(3); macro twice(x) { x * 2 }");
    file("point.h", "#ifndef POINT_H\n#define POINT_H\nstruct point { int x; int y; };\n#endif\n");
    Script script =
        main(
            "import \"helpers.bt\"; import \"point.h\"; import \"helpers.bt\";"
                + " begin { @seen[twice(2)] = sizeof(struct point); }");
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      var plan = script.compile(kernel, target).plan();
      assertThat(plan.maps()).hasSize(1);
      assertThat(plan.object().maps().getFirst().maxEntries()).isEqualTo(3);
    }
  }

  @Test
  void runsWhatIsImportedFirst() throws IOException {
    file("c.bt", "interval:s:3 { }");
    file("b.bt", "import \"c.bt\"; interval:s:2 { }");
    assertThat(probes(main("import \"b.bt\"; import \"c.bt\"; interval:s:1 { }")))
        .containsExactly("interval:s:3", "interval:s:2", "interval:s:1");
  }

  @Test
  void importsAllOfAFolder() throws IOException {
    Path library = Files.createDirectory(folder.resolve("library"));
    Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
    file("library/b.bt", "interval:s:2 { }");
    file("library/a.bt", "interval:s:1 { }");
    file("library/readme.txt", "no script");
    assertThat(probes(main("import \"library\"; begin { }")))
        .containsExactly("interval:s:1", "interval:s:2", "begin");
  }

  @Test
  void namesTheFileThatIsWrong() throws IOException {
    file("bad.bt", "begin { print(1); }\nbegin { print(; }");
    assertThatThrownBy(() -> main("import \"bad.bt\"; begin { }"))
        .isInstanceOf(ScriptException.class)
        .hasMessage(
            folder.resolve("bad.bt")
                + """
                :2:15-16: ERROR: syntax error, unexpected ;
                begin { print(; }
                              ~""");
  }

  @Test
  void refusesWhatIsMissingUnknownOrUnsafe() throws IOException {
    assertThatThrownBy(() -> main("import \"none.bt\"; begin { }"))
        .hasMessageContaining("error reading import")
        .hasMessageContaining("No such file or directory");
    file("x.txt", "");
    assertThatThrownBy(() -> main("import \"x.txt\"; begin { }"))
        .hasMessageContaining("unknown import type: x.txt");
    file("config.bt", "config = { max_strlen = 8 } begin { }");
    assertThatThrownBy(() -> main("import \"config.bt\"; begin { }"))
        .hasMessageContaining("invalid `config` within import");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    file("open.bt", "begin { }");
    assertThatThrownBy(() -> main("import \"open.bt\"; begin { }"))
        .hasMessageContaining("refusing to import from a directory that everyone may write to");
  }
}
