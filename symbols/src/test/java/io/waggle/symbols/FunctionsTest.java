package io.waggle.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.elf.ElfFile;
import io.waggle.testing.NativeProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionsTest {
  private static final String MAIN =
      """
      static __attribute__((noipa)) int same(int n) { return n + 1; }
      __attribute__((noipa)) int shown(int n) { return n; }
      int renamed(int n) __attribute__((alias("shown")));
      int other(int n);
      int data = 3;
      int main(int argc, char **argv) { return same(argc) + other(argc) + shown(data); }
      """;
  private static final String OTHER =
      """
      static __attribute__((noipa)) int same(int n) { return n + 2; }
      int other(int n) { return same(n); }
      """;

  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void compile() throws Exception {
    Path other = Files.writeString(folder.resolve("other.c"), OTHER);
    program =
        NativeProgram.compile(folder, "program", MAIN, other.toString(), "-Wl,--build-id").file();
  }

  @Test
  void findsAllFunctionsOfOneName() {
    try (Functions functions = Functions.open(program)) {
      assertThat(functions.find("same")).hasSize(2).doesNotHaveDuplicates();
      assertThat(functions.find("shown")).hasSize(1);
      assertThat(functions.find("data")).isEmpty();
      assertThat(functions.find("printf")).isEmpty();
      FunctionSite shown = functions.find("shown").getFirst();
      FunctionSite renamed = functions.find("renamed").getFirst();
      assertThat(renamed.offset()).isEqualTo(shown.offset());
      assertThat(functions.all()).contains(shown, renamed).doesNotHaveDuplicates();
    }
  }

  @Test
  void findsWhatWasStrippedInTheDebugFile() throws Exception {
    List<FunctionSite> before;
    String id;
    try (Functions functions = Functions.open(program);
        ElfFile elf = ElfFile.open(program)) {
      before = functions.find("same");
      id = HexFormat.of().formatHex(elf.buildId().orElseThrow());
    }
    Path debug = folder.resolve("debug/.build-id/" + id.substring(0, 2));
    Files.createDirectories(debug);
    Path debugFile = debug.resolve(id.substring(2) + ".debug");
    run("objcopy", "--only-keep-debug", program.toString(), debugFile.toString());
    run("strip", program.toString());
    DebugFiles debugFiles = new DebugFiles(folder.resolve("debug"));
    try (Functions functions = Functions.open(program, debugFiles)) {
      assertThat(functions.find("same")).isEqualTo(before);
      assertThat(functions.all()).containsAll(before);
    }
    try (Functions functions = Functions.open(program, new DebugFiles(folder))) {
      assertThat(functions.find("same")).isEmpty();
    }
  }

  @Test
  void followsTheLinkToADebugFile() throws Exception {
    Path debugFile = Files.createDirectories(folder.resolve(".debug")).resolve("program.dbg");
    run("objcopy", "--only-keep-debug", program.toString(), debugFile.toString());
    run("strip", "--remove-section=.note.gnu.build-id", program.toString());
    run("objcopy", "--add-gnu-debuglink=" + debugFile, program.toString());
    try (Functions functions = Functions.open(program, new DebugFiles(folder))) {
      assertThat(functions.find("same")).hasSize(2);
    }
  }

  @Test
  void findsVersionsOfALibraryFunction() {
    Path libc = Libraries.find("libc", OptionalInt.empty()).orElseThrow();
    assertThat(libc.getFileName()).hasToString("libc.so.6");
    assertThat(Libraries.find("libc.so.6", OptionalInt.empty())).contains(libc);
    try (Functions functions = Functions.open(libc)) {
      assertThat(functions.find("malloc")).hasSize(1);
      assertThat(functions.find("qsort")).isNotEmpty();
      assertThat(functions.all()).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void findsLibrariesOfAProcess() {
    int self = Math.toIntExact(ProcessHandle.current().pid());
    assertThat(Libraries.find("libjvm", OptionalInt.of(self)).orElseThrow())
        .hasFileName("libjvm.so");
    assertThat(Libraries.find("libnosuchthing", OptionalInt.of(self))).isEmpty();
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
