package io.waggle.formats.elf;

import io.waggle.formats.FormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever the bytes, reading them ends in an answer or in a {@link FormatException}. */
class ElfFuzzTest {
  private static final List<byte[]> REAL = realFiles();

  /** An object, an executable and a shared library, small enough to read often. */
  private static List<byte[]> realFiles() {
    try {
      Path folder = Files.createTempDirectory("elf");
      Path source = Files.writeString(folder.resolve("f.c"), "int f(int n) { return n + 1; }\n");
      List<byte[]> files = new ArrayList<>();
      for (String[] flags :
          new String[][] {{"-c"}, {"-shared", "-fPIC"}, {"-c", "-m32"}, {"-nostdlib", "-Wl,-ef"}}) {
        Path output = folder.resolve("out" + files.size());
        List<String> command = new ArrayList<>(List.of("gcc", "-g", source.toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("-o", output.toString()));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
          throw new AssertionError(String.join(" ", command));
        }
        files.add(Files.readAllBytes(output));
        Files.delete(output);
      }
      Files.delete(source);
      Files.delete(folder);
      return files;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Property(tries = 500)
  void survivesRandomBytes(@ForAll @Size(max = 300) byte[] bytes) {
    readAll(bytes);
  }

  @Property(tries = 500)
  void survivesAnElfStartAndRandomBytes(@ForAll @Size(min = 64, max = 300) byte[] bytes) {
    System.arraycopy(REAL.getFirst(), 0, bytes, 0, 6);
    readAll(bytes);
  }

  @Property(tries = 2000)
  void survivesMutations(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = REAL.get(random.nextInt(REAL.size())).clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      bytes[position(bytes, random)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
    }
    readAll(bytes);
  }

  @Property(tries = 200)
  void survivesTruncation(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = REAL.get(random.nextInt(REAL.size()));
    readAll(java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
  }

  /** Headers, of the file and of its sections, are hit more often than the rest. */
  private static int position(byte[] bytes, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> random.nextInt(64);
      case 1 -> bytes.length - 1 - random.nextInt(Math.min(bytes.length, 3000));
      default -> random.nextInt(bytes.length);
    };
  }

  private static void readAll(byte[] bytes) {
    attempt(
        () -> {
          ElfFile elf = ElfFile.of("fuzz", MemorySegment.ofArray(bytes));
          attempt(elf::segments);
          attempt(elf::notes);
          attempt(elf::buildId);
          attempt(elf::dynamic);
          attempt(elf::debugLink);
          attempt(() -> elf.codeOffset(0x1000));
          attempt(() -> readSymbols(elf.symbols().orElse(null)));
          attempt(() -> readSymbols(elf.dynamicSymbols().orElse(null)));
          for (Section section : elf.sections()) {
            attempt(() -> elf.content(section));
            attempt(() -> elf.relocations(section));
          }
        });
  }

  private static void readSymbols(SymbolTable table) {
    if (table != null) {
      table.find("f".getBytes(StandardCharsets.UTF_8), 0);
      for (int i = 0; i < table.count(); i++) {
        table.symbol(i);
      }
    }
  }

  private static void attempt(Runnable reading) {
    try {
      reading.run();
    } catch (FormatException e) {
      // The clear error that damaged files are for.
    }
  }
}
