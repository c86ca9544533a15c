package io.waggle.formats.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as gcc writes them down, checked against binutils' own reader. */
@Requires(Feature.GCC)
class LineTablesTest {
  private static final String SOURCE =
      """
      #include "part.h"
      int square(int n) {
        return n * n;
      }
      int main(int count, char **words) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
          sum += square(i) + twice(i);
        }
        return sum;
      }
      """;
  private static final String PART =
      """
      static int twice(int n) {
        return n + n;
      }
      """;

  @TempDir Path folder;

  private static Path compile(Path folder, String... flags) throws Exception {
    Files.createDirectories(folder.resolve("src"));
    Files.writeString(folder.resolve("src/whole.c"), SOURCE);
    Files.writeString(folder.resolve("src/part.h"), PART);
    Path output = folder.resolve("whole");
    List<String> command = new ArrayList<>(List.of("gcc", "-g", "-o", output.toString()));
    command.addAll(List.of(flags));
    command.add("src/whole.c");
    run(folder, command);
    return output;
  }

  private static String run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-gdwarf-5",
        "-gdwarf-4",
        "-gdwarf-3",
        "-gdwarf-2",
        "-gdwarf-5 -O2",
        "-gdwarf-5 -gz=zlib",
        "-gdwarf-5 -gdwarf64"
      })
  void findsTheCodeOfALine(String flags) throws Exception {
    Path file = compile(folder, flags.split(" "));
    try (ElfFile elf = ElfFile.open(file)) {
      LineTables tables = LineTables.of(elf).orElseThrow();
      assertThat(tables.files()).anyMatch(name -> name.endsWith("src/whole.c"));
      assertThat(tables.files()).anyMatch(name -> name.endsWith("part.h"));
      assertThat(tables.lines("whole.c")).contains(3, 8, 10).doesNotContain(1);
      for (int line : List.of(3, 8, 10)) {
        assertIsLine(file, flags, "whole.c:" + line, tables.addresses("whole.c", line, none()));
      }
      assertIsLine(file, flags, "part.h:2", tables.addresses("src/part.h", 2, none()));
      assertThat(tables.addresses("ole.c", 3, none())).isEmpty();
      assertThat(tables.addresses("whole.c", 1, none())).isEmpty();
      assertThat(tables.addresses("whole.c", 3, OptionalInt.of(77))).isEmpty();
      List<Long> statement = tables.addresses("whole.c", 3, none());
      if (!flags.contains("gdwarf-2") && !flags.contains("O2")) {
        assertThat(tables.addresses("./whole.c", 3, OptionalInt.of(12))).containsAll(statement);
      }
    }
  }

  private void assertIsLine(Path file, String flags, String line, List<Long> addresses)
      throws Exception {
    assertThat(addresses).as(line).isNotEmpty();
    // Of several lines at one address, as optimisation leaves them, binutils knows the last.
    // Of version 5 it takes one file for another, and 64-bit DWARF it cannot read.
    boolean isPlain =
        !flags.contains("-O2")
            && !flags.contains("-gdwarf64")
            && !(flags.contains("-gdwarf-5") && line.startsWith("part.h"));
    for (long address : isPlain ? addresses : List.<Long>of()) {
      String told =
          run(folder, List.of("addr2line", "-e", file.toString(), Long.toHexString(address)));
      assertThat(told.strip().replaceAll(" .*", "")).endsWith("/" + line);
    }
  }

  private static OptionalInt none() {
    return OptionalInt.empty();
  }

  private static final byte[] REAL = real();

  private static byte[] real() {
    try {
      Path folder = Files.createTempDirectory("lines");
      return Files.readAllBytes(compile(folder, "-gdwarf-5"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Property(tries = 2000)
  void survivesMutations(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = REAL.clone();
    Section section;
    try (ElfFile elf = ElfFile.of("real", MemorySegment.ofArray(bytes))) {
      section = elf.section(".debug_line").orElseThrow();
    }
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      int at = (int) section.offset() + random.nextInt((int) section.size());
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] + 1);
    }
    try (ElfFile elf = ElfFile.of("mutated", MemorySegment.ofArray(bytes))) {
      LineTables tables = LineTables.of(elf).orElseThrow();
      assertThat(tables.addresses("whole.c", 3, none()).size()).isNotNegative();
      assertThat(tables.files()).isNotNull();
      assertThat(tables.lines("whole.c")).isNotNull();
    } catch (FormatException expected) {
      assertThat(expected).hasMessageContaining("mutated");
    }
  }
}
