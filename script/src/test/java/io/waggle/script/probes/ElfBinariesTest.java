package io.waggle.script.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.NativeProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfBinariesTest {
  @TempDir Path folder;
  private final ElfBinaries binaries = new ElfBinaries();

  @Test
  void findsFunctionsOfAnExecutableAndOfALibrary() throws Exception {
    String source =
        "int work(int n) { return n + 1; } static int own(int n) { return n; }"
            + " int main(int c, char **v) { return work(c) + own(c) + (int)(long) own; }";
    Path program = NativeProgram.compile(folder, "program", source, "-O0").file();
    assertThat(binaries.isBinary(program)).isTrue();
    Binaries.Function work = binaries.function(program, "work").orElseThrow();
    Process nm = new ProcessBuilder("nm", program.toString()).start();
    long address =
        new String(nm.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.endsWith(" T work"))
            .mapToLong(line -> Long.parseLong(line.substring(0, 16), 16))
            .findFirst()
            .orElseThrow();
    // A position-independent program is linked at 0, so that addresses are offsets.
    assertThat(work.offset()).isEqualTo(address);
    assertThat(binaries.offset(program, address)).hasValue(work.offset());
    assertThat(binaries.functions(program))
        .extracting(Binaries.Function::name)
        .contains("main", "own", "work")
        .isSorted();
    assertThat(binaries.function(program, "wor")).isEmpty();
    assertThat(binaries.offset(program, -1)).isEmpty();
    Path library =
        NativeProgram.compileShared(folder, "library.so", "int f(void) { return 1; }").file();
    assertThat(binaries.function(library, "f")).isPresent();
  }

  @Test
  void findsLinesOrTellsTheNearest() {
    String source =
        """
        int work(int n) {
          return n + 1;
        }

        int main(int c, char **v) {
          return work(c);
        }
        """;
    Path program = NativeProgram.compile(folder, "lined", source, "-O0", "-g").file();
    String name = "lined.c";
    long work = binaries.function(program, "work").orElseThrow().offset();
    assertThat(binaries.atLine(program, name, 1, OptionalInt.empty()))
        .containsExactly(new Binaries.Function("work", work, 0));
    assertThat(binaries.atLine(program, name, 2, OptionalInt.empty()))
        .singleElement()
        .satisfies(
            function -> {
              assertThat(function.name()).isEqualTo("work");
              assertThat(function.offset()).isGreaterThan(work);
            });
    assertLineRefused(program, name, 4, "line 5 of it has code, and line 3");
    assertLineRefused(program, name, 9, "line 7 is the last of it that has code");
    assertLineRefused(program, "linde.c", 1, "did you mean lined.c?");
    Path without = NativeProgram.compile(folder, "bare", source, "-O0", "-g0").file();
    assertLineRefused(
        without,
        "bare.c",
        1,
        "the file has no line numbers (DWARF); compile it with -g or install its debug file");
  }

  private void assertLineRefused(Path program, String source, int line, String hint) {
    assertThatThrownBy(() -> binaries.atLine(program, source, line, OptionalInt.empty()))
        .isInstanceOfSatisfying(
            ProbeException.class,
            refused -> {
              assertThat(refused)
                  .hasMessage("No matches for " + program + "@" + source + ":" + line);
              assertThat(refused.hint()).contains(hint);
            });
  }

  @Test
  void findsTheCLibraryByItsShortName() {
    Path libc = binaries.library("libc", OptionalInt.empty()).orElseThrow();
    assertThat(libc.getFileName()).hasToString("libc.so.6");
    assertThat(binaries.function(libc, "malloc")).isPresent();
    assertThat(binaries.library("libc.so.6", OptionalInt.empty())).contains(libc);
    int self = Math.toIntExact(ProcessHandle.current().pid());
    assertThat(binaries.library("libjvm", OptionalInt.of(self))).isPresent();
    assertThat(binaries.library("libnosuchthing", OptionalInt.empty())).isEmpty();
  }

  @Test
  void refusesOtherFilesAndDamagedOnes() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "#!/bin/sh\n".repeat(20));
    assertThat(binaries.isBinary(text)).isFalse();
    assertThatThrownBy(() -> binaries.function(text, "f"))
        .isInstanceOf(ProbeException.class)
        .hasMessage(text + " is no ELF file");
    Path program = NativeProgram.compile(folder, "whole", "int main(void) { return 0; }").file();
    byte[] bytes = Files.readAllBytes(program);
    Path half = Files.write(folder.resolve("half"), java.util.Arrays.copyOf(bytes, 4096));
    assertThatThrownBy(() -> binaries.functions(half))
        .isInstanceOf(ProbeException.class)
        .hasMessageContaining("is damaged");
  }

  @Property(tries = 200)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 300) byte[] bytes) throws IOException {
    Path file = Files.createTempFile("elf", "");
    try {
      byte[] header = {0x7f, 'E', 'L', 'F', 2, 1};
      System.arraycopy(header, 0, bytes, 0, Math.min(header.length, bytes.length));
      Files.write(file, bytes);
      try {
        assertThat(binaries.function(file, "f")).isEqualTo(Optional.empty());
      } catch (ProbeException refused) {
        assertThat(refused).hasMessageContaining(file.toString());
      }
    } finally {
      Files.delete(file);
    }
  }
}
