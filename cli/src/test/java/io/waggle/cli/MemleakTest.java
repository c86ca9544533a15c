package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.c.Clang;
import io.waggle.c.Headers;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lesson on memory that leaks: a program in C for libbpf, whose user's side is in Java. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.KERNEL_BTF})
class MemleakTest {
  private static final String LEAKS =
      """
      #include <stdio.h>
      #include <stdlib.h>
      static void *kept[16];
      __attribute__((noinline)) void leak_some(int n) { kept[n] = malloc(4000); }
      __attribute__((noinline)) void leak_more(int n) { kept[8 + n] = malloc(90000); }
      static void wait_for_a_line(void) { char line[64]; fgets(line, sizeof(line), stdin); }
      int main(void) {
        wait_for_a_line();
        for (int i = 0; i < 3; i++) leak_some(i);
        for (int i = 0; i < 2; i++) leak_more(i);
        void *volatile passing = malloc(5000);
        free(passing);
        puts("leaked");
        fflush(stdout);
        wait_for_a_line();
        for (int i = 0; i < 2; i++) free(kept[8 + i]);
        puts("freed");
        fflush(stdout);
        wait_for_a_line();
        return 0;
      }
      """;

  @TempDir Path folder;

  @Test
  void showsTheStacksThatHoldMemory() throws IOException {
    NativeProgram program =
        NativeProgram.compile(folder, "leaks", LEAKS, "-O0", "-fno-omit-frame-pointer");
    try (RunningProgram running = program.start();
        Memleak memleak = new Memleak(compile(), running.pid(), 4000)) {
      running.send("go");
      running.readLine();
      List<String> lines = memleak.report(10).lines().toList();
      assertThat(lines.get(0))
          .matches("\\[\\d\\d:\\d\\d:\\d\\d] Top 10 stacks with outstanding allocations:");
      assertThat(lines.get(1)).isEqualTo("180000 bytes in 2 allocations from stack");
      assertThat(lines.get(2)).matches("\t0 \\[<[0-9a-f]{16}>] leak_more\\+0x[0-9a-f]+");
      assertThat(lines.get(3)).matches("\t1 \\[<[0-9a-f]{16}>] main\\+0x[0-9a-f]+");
      int next = lines.indexOf("12000 bytes in 3 allocations from stack");
      assertThat(lines.get(next + 1)).matches("\t0 \\[<.*>] leak_some\\+0x[0-9a-f]+");
      assertThat(lines).noneMatch(line -> line.startsWith("5000 bytes"));
      running.send("go on");
      running.readLine();
      assertThat(memleak.report(1).lines())
          .contains("12000 bytes in 3 allocations from stack")
          .noneMatch(line -> line.contains("leak_more"));
    }
  }

  private Path compile() throws IOException {
    Path source = folder.resolve("memleak.bpf.c");
    Path object = folder.resolve("memleak.bpf.o");
    try (InputStream in = MemleakTest.class.getResourceAsStream("memleak.bpf.c")) {
      Files.write(source, in.readAllBytes());
    }
    Headers headers = new Headers(folder.resolve("headers"));
    assertThat(Clang.find().compile(source, object, headers, List.of("-Wall"))).isEmpty();
    return object;
  }
}
