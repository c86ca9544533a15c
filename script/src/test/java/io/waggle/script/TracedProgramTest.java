package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts on a program of the test's own: arguments, results, names of sites, memory. */
@RequiresBpf
class TracedProgramTest {
  @TempDir static Path folder;
  private static String file;

  @BeforeAll
  static void build() {
    file =
        NativeProgram.compile(
                folder,
                "traced",
                """
                #include <pthread.h>
                #include <string.h>
                #include <sys/mman.h>
                #define PROBED __attribute__((noipa, patchable_function_entry(1)))
                PROBED long first(long a, int b, const char *text) { return a + b + text[0]; }
                PROBED int second(int a) { return -a; }
                PROBED long many(long a, long b, long c, long d, long e, long f, long g, long h) {
                  return a + b + c + d + e + f + g + h;
                }
                static void *others(void *memory) {
                  for (int i = 0; i < 3; i++) ((volatile int *)memory)[0] = i;
                  return NULL;
                }
                int main(void) {
                  volatile int *memory =
                      mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE,
                           MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  for (int i = 0; i < 3; i++) memory[0] = i;
                  (void)memory[1];
                  pthread_t thread;
                  pthread_create(&thread, NULL, others, (void *)memory);
                  pthread_join(thread, NULL);
                  const char *volatile texts[] = {"one", "two", "three"};
                  // A probe reads no page that the program has not touched.
                  for (int i = 0; i < 3; i++) (void)*(volatile const char *)texts[i];
                  for (int i = 0; i < 300; i++) first(i, -i, texts[i % 3]);
                  for (int i = 0; i < 5; i++) second(i);
                  many(1, 2, 3, 4, 5, 6, 7, 8);
                  return 0;
                }
                """,
                "-g",
                "-pthread")
            .file()
            .toString();
  }

  private static List<String> trace(String script) {
    return trace(script.replace("FILE", file), file).stream()
        .map(line -> line.replace(file, "FILE"))
        .toList();
  }

  private static List<String> trace(String script, String program) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.command(List.of(program));
        OutputFile out = OutputFile.to(bytes, BufferMode.FULL)) {
      Plan plan = Script.parse(script.replace("SHOP", program)).compile(kernel, target).plan();
      TextOutput output = new TextOutput(out, out, Tracing.names(plan));
      try (Tracing tracing = Tracing.attach(plan, kernel, output, target)) {
        target.release();
        tracing.runFor(java.time.Duration.ofMinutes(1));
        tracing.finish(true);
      }
    }
    return RuntimeCase.lines(bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void countsByTextArgument() {
    assertThat(trace("uprobe:FILE:first { @[str(arg2)] = count(); }"))
        .containsExactlyInAnyOrder("@[one]: 100", "@[three]: 100", "@[two]: 100");
  }

  @Test
  void readsArgumentsOfAllPlaces() {
    assertThat(
            trace(
                "uprobe:FILE:many { printf(\"%d %d %d %d %d %d %d %d\\n\","
                    + " arg0, arg1, arg2, arg3, arg4, arg5, arg6, arg7); }"))
        .containsExactly("1 2 3 4 5 6 7 8");
  }

  @Test
  void readsResults() {
    assertThat(trace("uretprobe:FILE:second { @[(int32)retval] = count(); }"))
        .containsExactly("@[-4]: 1", "@[-3]: 1", "@[-2]: 1", "@[-1]: 1", "@[0]: 1");
  }

  @Test
  void knowsWhichSiteWasHit() {
    assertThat(trace("uprobe:FILE:first,uprobe:FILE:second { @[probe, func] = count(); }"))
        .containsExactlyInAnyOrder(
            "@[uprobe:FILE:first, first]: 300", "@[uprobe:FILE:second, second]: 5");
  }

  @Test
  void knowsWhichSiteOfAWildcardWasHit() {
    assertThat(trace("uprobe:FILE:*s* { if (func == \"first\") { @f = count(); } @[func]++; }"))
        .contains("@f: 300", "@[first]: 300", "@[second]: 5");
  }

  @Test
  void printsEveryCall() {
    List<String> lines =
        trace(
            "uprobe:FILE:first /arg0 % 2 == 0/ { printf(\"%d %s %d\\n"
                + "\", arg0, str(arg2), (int32)arg1); }");
    assertThat(lines).hasSize(150).startsWith("0 one 0", "2 three -2", "4 two -4");
  }

  @Test
  void measuresTimeBetweenProbes() {
    assertThat(
            trace(
                """
                uprobe:FILE:first { @start[tid] = nsecs; }
                uretprobe:FILE:first /@start[tid]/ {
                  @calls = count();
                  @longest = max(nsecs - @start[tid]);
                  delete(@start, tid);
                }\
                """))
        .contains("@calls: 300")
        .noneMatch(line -> line.startsWith("@start"));
  }

  @Test
  void probesALineOfTheSource() {
    assertThat(trace("uprobe:FILE@traced.c:6 { @[func] = count(); }"))
        .containsExactly("@[second]: 5");
  }

  @Test
  void watchesMemory() {
    assertThat(trace("watchpoint:0x10000000:4:w { @[comm] = count(); }"))
        .containsExactly("@[traced]: 6");
    assertThat(trace("watchpoint:0x10000004:4:rw { @ = count(); }")).containsExactly("@: 1");
  }

  @Test
  void readsArgumentsOfProbesThatAFileDefines(@TempDir Path place) {
    String shop =
        NativeProgram.compile(
                place,
                "shop",
                """
                #include <sys/sdt.h>
                int main(void) {
                  volatile short changing = -7;
                  char bread[] = "bread", *bought = bread;
                  for (int i = 0; i < 3; i++) {
                    DTRACE_PROBE3(shop, sold, i, bought, changing);
                  }
                  DTRACE_PROBE1(shop, closed, 12345);
                  return 0;
                }
                """)
            .file()
            .toString();
    assertThat(
            trace(
                "usdt:SHOP:shop:sold { printf(\"%d %s %d\\n\", arg0, str(arg1), arg2); }"
                    + " usdt:SHOP:closed { print(arg0); }",
                shop))
        .containsExactly("0 bread -7", "1 bread -7", "2 bread -7", "12345");
    assertThatThrownBy(() -> trace("usdt:SHOP:closed { print(arg1); }", shop))
        .hasMessageContaining("usdt:" + shop + ":shop:closed has no arg1")
        .hasMessageContaining("its last is arg0");
  }

  @Test
  void saysThatAMapIsFull() {
    assertThat(trace("let @few = hash(8); uprobe:FILE:first { @few[arg0] = 1; }"))
        .anyMatch(line -> line.contains("@few") && line.toLowerCase().contains("full"))
        .filteredOn(line -> line.startsWith("@few["))
        .hasSize(8);
  }
}
