package io.waggle.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.NativeProgram;
import io.waggle.testing.RunningProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressesTest {
  private static final String SOURCE =
      """
      #include <stdio.h>
      #include <stdlib.h>
      __attribute__((noipa)) static int hidden(int n) { return n + 1; }
      int main(int argc, char **argv) {
        printf("%lx %lx %lx\\n", (long) main, (long) hidden, (long) malloc);
        fflush(stdout);
        getchar();
        return hidden(argc);
      }
      """;

  @TempDir Path folder;

  @Test
  void namesAddressesInAProcess() throws Exception {
    NativeProgram program = NativeProgram.compile(folder, "program", SOURCE);
    Process process = new ProcessBuilder(program.file().toString()).start();
    try (SymbolFiles files = new SymbolFiles()) {
      String[] addresses = process.inputReader().readLine().split(" ");
      ProcessSymbols symbols = new ProcessSymbols(Math.toIntExact(process.pid()), files);
      long main = Long.parseUnsignedLong(addresses[0], 16);
      long hidden = Long.parseUnsignedLong(addresses[1], 16);
      long malloc = Long.parseUnsignedLong(addresses[2], 16);
      assertThat(symbols.find(main + 1))
          .isEqualTo(new Location("main", 1, program.file().toRealPath().toString()));
      assertThat(symbols.find(hidden).text()).isEqualTo("hidden+0");
      Location allocation = symbols.find(malloc + 2);
      assertThat(allocation.symbol()).isIn("malloc", "__libc_malloc");
      assertThat(allocation.module()).endsWith("libc.so.6");
      assertThat(symbols.find(16)).isEqualTo(Location.unknown(16));

      // What was learnt outlives the process, and the file.
      Files.delete(program.file());
      process.destroyForcibly().waitFor();
      assertThat(symbols.find(malloc).symbol()).isEqualTo(allocation.symbol());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void namesCodeOfAFileThatWasDeleted() throws Exception {
    NativeProgram program = NativeProgram.compile(folder, "deleted", SOURCE);
    Process process = new ProcessBuilder(program.file().toString()).start();
    try (SymbolFiles files = new SymbolFiles()) {
      long main = Long.parseUnsignedLong(process.inputReader().readLine().split(" ")[0], 16);
      Files.delete(program.file());
      ProcessSymbols symbols = new ProcessSymbols(Math.toIntExact(process.pid()), files);
      assertThat(symbols.find(main).text()).isEqualTo("main+0");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void namesCodeThatAVirtualMachineLists() throws Exception {
    Path list = folder.resolve("perf-1.map");
    Files.writeString(list, "7f00 10 first\n7f20 20 second function\nnonsense\n\n7f20 8 newer\n");
    PerfMap map = PerfMap.read(list);
    assertThat(map.find(0x7f0f)).contains(new Location("first", 15, ""));
    assertThat(map.find(0x7f10)).isEmpty();
    assertThat(map.find(0x7f24)).contains(new Location("newer", 4, ""));
    assertThat(PerfMap.read(folder.resolve("none")).find(1)).isEmpty();
  }

  @Test
  void readsTheKernelsSymbols() throws Exception {
    Path file = folder.resolve("kallsyms");
    Files.writeString(
        file,
        """
        0000000000000000 A __per_cpu_start
        ffffffff81000000 T _stext
        ffffffff81000000 T _text
        ffffffff81000100 t do_one
        ffffffff81000180 d data
        ffffffffc0000000 t in_module\t[tun]
        """);
    KernelSymbols symbols = new KernelSymbols(file);
    assertThat(symbols.find(0xffffffff81000004L)).isEqualTo(new Location("_stext", 4, ""));
    assertThat(symbols.find(0xffffffff81000190L).text()).isEqualTo("do_one+144");
    assertThat(symbols.find(0xffffffffc0000001L)).isEqualTo(new Location("in_module", 1, "tun"));
    assertThat(symbols.find(16)).isEqualTo(Location.unknown(16));
    assertThat(symbols.address("do_one")).hasValue(0xffffffff81000100L);
    assertThat(symbols.address("do_on")).isEmpty();
    assertThat(symbols.address("data")).isEmpty();
  }

  @Test
  void agreesWithTheRunningKernel() throws Exception {
    KernelSymbols symbols = new KernelSymbols();
    int checked = 0;
    for (String line : Files.readAllLines(Path.of("/proc/kallsyms"))) {
      String[] columns = line.split("[ \t]");
      if (columns[1].equalsIgnoreCase("t") && !columns[0].matches("0+") && checked++ % 1000 == 0) {
        long address = Long.parseUnsignedLong(columns[0], 16);
        Location location = symbols.find(address);
        assertThat(location.offset()).isZero();
        assertThat(location.hasSymbol()).isTrue();
      }
    }
    assertThat(symbols.isHidden()).isEqualTo(checked == 0);
  }

  @Test
  void sortsAddressesThatLieFarApart() {
    AddressIndex.Builder builder = new AddressIndex.Builder();
    List<Long> addresses = List.of(0xffffffff81000000L, 0x400000L, 0x7f0000000000L, 0x400000L);
    for (int i = 0; i < addresses.size(); i++) {
      builder.add(addresses.get(i), i);
    }
    AddressIndex index = builder.build();
    assertThat(index.value(index.floor(-1))).isZero();
    assertThat(index.value(index.floor(0x7f0000000001L))).isEqualTo(2);
    assertThat(index.value(index.floor(0x400001))).isEqualTo(3);
    assertThat(index.floor(0x3fffff)).isEqualTo(-1);
  }

  @Test
  void findsTheLibraryOfAnotherProcess() throws Exception {
    try (RunningProgram program =
        NativeProgram.compile(folder, "waiting", "int main() { for (;;) ; }").start()) {
      assertThat(Libraries.find("libc", OptionalInt.of(program.pid()))).isPresent();
    }
  }
}
