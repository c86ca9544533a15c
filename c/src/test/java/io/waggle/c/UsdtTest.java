package io.waggle.c;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.Usdt;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Static probes of a program, attached with what usdt.bpf.h fetches of their arguments. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.GCC, Feature.KERNEL_BTF, Feature.UPROBE})
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64") // the arguments' assembler below
class UsdtTest {
  /**
   * For each number n on its input: hits {@code work} at two places, with arguments in whatever
   * registers and memory gcc chooses, and prints whether the semaphore is raised.
   */
  private static final String TARGET =
      """
      #include <stdio.h>
      unsigned short semaphore __attribute__((section(".probes"), visibility("hidden")));
      #define PROBE(n, twice, less, index, table) \\
        asm volatile("990: nop\\n" \\
          ".pushsection .note.stapsdt,\\"?\\",\\"note\\"\\n.balign 4\\n" \\
          ".4byte 992f-991f, 994f-993f, 3\\n991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n" \\
          "993: .8byte 990b, 0, semaphore\\n.asciz \\"test\\"\\n.asciz \\"work\\"\\n" \\
          ".asciz \\"-4@%[a] 8@%[b] -1@%[c] -4@$-7 4@(%[e],%[d],4)\\"\\n994: .balign 4\\n" \\
          ".popsection\\n" \\
          :: [a] "rm"(n), [b] "nor"(twice), [c] "m"(less), [d] "r"(index), [e] "r"(table) \\
          : "memory")
      static int table[8] = {0, 10, 20, 30, 40, 50, 60, 70};
      int main(void) {
        int n;
        setvbuf(stdout, NULL, _IOLBF, 0);
        while (scanf("%d", &n) == 1) {
          volatile signed char less = -n;
          PROBE(n, 2L * n, less, (long) n, table);
          PROBE(n, 2L * n, less, (long) n, table);
          puts(semaphore ? "raised" : "down");
        }
      }
      """;

  private static final String PROGRAM =
      """
      long hits, first, second, third, constant, element, count, cookie, beyond;
      SEC("usdt") int BPF_USDT(work, int n, long twice, char less, int fixed, int of_table)
      {
        long none;
        hits++;
        first = n;
        second = twice;
        third = less;
        constant = fixed;
        element = of_table;
        count = bpf_usdt_arg_cnt(ctx);
        cookie = bpf_usdt_cookie(ctx);
        beyond = bpf_usdt_arg(ctx, 5, &none);
        return 0;
      }
      """;

  @TempDir static Path cache;
  @TempDir Path folder;
  private Path file;
  private RunningProgram running;

  @BeforeEach
  void compileTarget() {
    file = NativeProgram.compile(folder, "target", TARGET).file();
  }

  @Test
  void argumentsComeFromRegistersMemoryAndConstants() throws IOException {
    BpfObject object = compile(PROGRAM);
    try (RunningProgram process = new NativeProgram(file).start();
        Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      running = process;
      assertThat(call(1)).isEqualTo("down");
      Usdt place = new Usdt(file, "test", "work", OptionalInt.of(process.pid()), 77);
      var link = loaded.attach("work", place);
      assertThat(call(3)).isEqualTo("raised");
      assertThat(values(loaded, object))
          .isEqualTo(List.of(2L, 3L, 6L, -3L, -7L, 30L, 5L, 77L, -2L));
      link.close();
      assertThat(call(4)).isEqualTo("down");
      assertThat(values(loaded, object).getFirst()).isEqualTo(2);
    }
  }

  @Test
  void aSectionNamesFileProviderAndProbe() throws IOException {
    BpfObject object =
        compile(PROGRAM.replace("SEC(\"usdt\")", "SEC(\"usdt/" + file + ":test:work\")"));
    try (RunningProgram process = new NativeProgram(file).start();
        Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      running = process;
      assertThat(loaded.attachAll()).isEmpty();
      assertThat(call(5)).isEqualTo("raised");
      assertThat(values(loaded, object).subList(0, 3)).isEqualTo(List.of(2L, 5L, 10L));
    }
  }

  private String call(int number) {
    running.send(Integer.toString(number));
    return running.readLine();
  }

  private BpfObject compile(String body) throws IOException {
    Path source = folder.resolve("program.bpf.c");
    Path object = folder.resolve("program.bpf.o");
    Files.writeString(
        source,
        """
        #include "vmlinux.h"
        #include <bpf/bpf_helpers.h>
        #include <bpf/usdt.bpf.h>
        char LICENSE[] SEC("license") = "GPL";
        """
            + body);
    assertThat(Clang.find().compile(source, object, new Headers(cache), List.of())).isEmpty();
    return BpfObject.read(object);
  }

  private static List<Long> values(LoadedObject loaded, BpfObject object) {
    return List.of(
            "hits", "first", "second", "third", "constant", "element", "count", "cookie", "beyond")
        .stream()
        .map(name -> variable(loaded, object, name))
        .toList();
  }

  private static long variable(LoadedObject loaded, BpfObject object, String name) {
    var variable =
        object.variables().stream()
            .filter(its -> its.name().equals(name))
            .findFirst()
            .orElseThrow();
    LoadedMap map = loaded.map(variable.map());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      map.lookup(arena.allocate(4, 4), value);
      return value.get(ValueLayout.JAVA_LONG_UNALIGNED, variable.offset());
    }
  }
}
