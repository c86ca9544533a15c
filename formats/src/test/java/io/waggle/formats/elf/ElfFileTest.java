package io.waggle.formats.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.FormatException;
import io.waggle.testing.NativeProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfFileTest {
  private static final String SOURCE =
      """
      int counter = 7;
      __attribute__((noipa)) int twice(int n) { return 2 * n; }
      int also_twice(int n) __attribute__((alias("twice")));
      __attribute__((weak)) int maybe(int n) { return n + counter; }
      int main(int argc, char **argv) { return twice(argc) + maybe(argc) == 0; }
      """;

  @TempDir static Path folder;
  private static Path program;

  @BeforeAll
  static void compile() {
    program =
        NativeProgram.compile(folder, "program", SOURCE, "-rdynamic", "-Wl,--build-id").file();
  }

  @Test
  void findsSymbols() {
    try (ElfFile elf = ElfFile.open(program)) {
      SymbolTable symbols = elf.symbols().orElseThrow();
      Symbol twice = symbol(symbols, "twice");
      assertThat(twice.isFunction()).isTrue();
      assertThat(twice.type()).isEqualTo(Symbol.FUNC);
      assertThat(twice.size()).isPositive();
      assertThat(symbol(symbols, "also_twice").value()).isEqualTo(twice.value());
      assertThat(symbol(symbols, "maybe").binding()).isEqualTo(Symbol.WEAK);
      assertThat(symbol(symbols, "counter").type()).isEqualTo(Symbol.OBJECT);
      assertThat(symbols.find("nothing".getBytes(StandardCharsets.UTF_8), 0)).isEqualTo(-1);
    }
  }

  @Test
  void findsDynamicSymbolsByTheirHash() {
    try (ElfFile elf = ElfFile.open(program)) {
      SymbolTable dynamic = elf.dynamicSymbols().orElseThrow();
      SymbolTable all = elf.symbols().orElseThrow();
      for (int i = 1; i < dynamic.count(); i++) {
        Symbol symbol = dynamic.symbol(i);
        byte[] name = symbol.name().getBytes(StandardCharsets.UTF_8);
        if (symbol.section() == Symbol.UNDEFINED) {
          assertThat(dynamic.find(name, 0)).isEqualTo(-1);
        } else {
          assertThat(dynamic.symbol(dynamic.find(name, 0))).isEqualTo(symbol);
          assertThat(symbol(all, symbol.name()).value()).isEqualTo(symbol.value());
        }
      }
    }
  }

  @Test
  void goesFromAddressesToOffsetsAndBack() throws IOException {
    try (ElfFile elf = ElfFile.open(program)) {
      Symbol counter = symbol(elf.symbols().orElseThrow(), "counter");
      long offset = elf.offset(counter.value()).orElseThrow();
      assertThat(Files.readAllBytes(program)[(int) offset]).isEqualTo((byte) 7);
      assertThat(elf.address(offset)).hasValue(counter.value());
      assertThat(elf.codeOffset(counter.value())).isEmpty();
      assertThat(elf.offset(0x7fff_0000_0000L)).isEmpty();
      Symbol main = symbol(elf.symbols().orElseThrow(), "main");
      assertThat(elf.codeOffset(main.value())).isPresent();
    }
  }

  @Test
  void readsNotesAndDynamicEntries() throws Exception {
    try (ElfFile elf = ElfFile.open(program)) {
      assertThat(readelf("-n", program))
          .contains("Build ID: " + HexFormat.of().formatHex(elf.buildId().orElseThrow()));
      assertThat(elf.dynamic().needed()).containsExactly("libc.so.6");
      assertThat(elf.dynamic().soname()).isEmpty();
    }
  }

  @Test
  void readsRelocationsOfAnObject() {
    Path object = NativeProgram.compile(folder, "object.o", SOURCE, "-c", "-O0").file();
    try (ElfFile elf = ElfFile.open(object)) {
      assertThat(elf.header().type()).isEqualTo(ElfHeader.RELOCATABLE);
      Section section = elf.section(".rela.text").orElseThrow();
      assertThat(elf.sections().get(section.info()).name()).isEqualTo(".text");
      List<String> names =
          elf.relocations(section).stream()
              .map(r -> elf.symbols().orElseThrow().name(r.symbol()))
              .toList();
      assertThat(names).contains("twice", "maybe", "counter");
    }
  }

  @Test
  void readsTheLinkToDebugInformation() throws Exception {
    Path stripped = Files.copy(program, folder.resolve("stripped"));
    run("objcopy", "--only-keep-debug", program.toString(), folder + "/program.debug");
    run("strip", stripped.toString());
    run("objcopy", "--add-gnu-debuglink=" + folder + "/program.debug", stripped.toString());
    try (ElfFile elf = ElfFile.open(stripped)) {
      assertThat(elf.symbols()).isEmpty();
      DebugLink link = elf.debugLink().orElseThrow();
      assertThat(link.file()).isEqualTo("program.debug");
      var crc = new java.util.zip.CRC32();
      crc.update(Files.readAllBytes(folder.resolve("program.debug")));
      assertThat(link.crc()).isEqualTo((int) crc.getValue());
    }
  }

  @Test
  void agreesWithReadelfOnLibc() throws Exception {
    Path libc = libc();
    try (ElfFile elf = ElfFile.open(libc)) {
      assertThat(elf.dynamic().soname()).contains("libc.so.6");
      SymbolTable symbols = elf.dynamicSymbols().orElseThrow();
      TreeMap<Integer, String> ours = new TreeMap<>();
      for (int i = 1; i < symbols.count(); i++) {
        ours.put(i, "%016x %s".formatted(symbols.value(i), symbols.name(i)));
      }
      TreeMap<Integer, String> theirs = new TreeMap<>();
      for (String line : readelf("-W", "--dyn-syms", libc).lines().toList()) {
        String[] columns = line.trim().split("\\s+");
        if (columns.length >= 8 && columns[0].matches("[1-9][0-9]*:")) {
          int index = Integer.parseInt(columns[0].substring(0, columns[0].length() - 1));
          theirs.put(index, columns[1] + " " + columns[7].replaceAll("@.*", ""));
        }
      }
      assertThat(ours).isEqualTo(theirs).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void reads32BitBigEndianObjects() throws Exception {
    Path source = Files.writeString(folder.resolve("big.c"), "int f(int n) { return n; }\n");
    Path object = folder.resolve("big.o");
    run("clang", "-target", "mips-linux-gnu", "-c", source.toString(), "-o", object.toString());
    try (ElfFile elf = ElfFile.open(object)) {
      assertThat(elf.header().wide()).isFalse();
      assertThat(elf.header().order()).isEqualTo(java.nio.ByteOrder.BIG_ENDIAN);
      assertThat(symbol(elf.symbols().orElseThrow(), "f").isFunction()).isTrue();
      assertThat(elf.section(".text")).isPresent();
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "#!/bin/sh\nexit 0\nmore than 16");
    assertThatThrownBy(() -> ElfFile.open(text))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            text + ": ELF header at 0x0: expected an ELF file (7f 45 4c 46), found 0x23212f62");
    Path empty = Files.writeString(folder.resolve("empty"), "");
    assertThatThrownBy(() -> ElfFile.open(empty))
        .hasMessage(empty + ": ELF header at 0x0: expected an ELF file, found a file of 0 bytes");
    byte[] half = Files.readAllBytes(program);
    Path truncated =
        Files.write(folder.resolve("truncated"), java.util.Arrays.copyOf(half, half.length / 2));
    try (ElfFile elf = ElfFile.open(truncated)) {
      assertThatThrownBy(elf::sections)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("section headers")
          .hasMessageContaining("the end of the file, which has " + half.length / 2);
    }
  }

  static Path libc() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      if (line.endsWith("/libc.so.6")) {
        return Path.of(line.substring(line.indexOf('/')));
      }
    }
    throw new AssertionError("this JVM runs without libc.so.6");
  }

  private static Symbol symbol(SymbolTable table, String name) {
    int index = table.find(name.getBytes(StandardCharsets.UTF_8), 0);
    assertThat(index).as(name).isPositive();
    return table.symbol(index);
  }

  private static String readelf(Object... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "readelf";
    for (int i = 0; i < arguments.length; i++) {
      command[i + 1] = arguments[i].toString();
    }
    return run(command);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
    return output;
  }
}
