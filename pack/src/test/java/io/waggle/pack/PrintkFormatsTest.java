package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrintkFormatsTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      static long (*printk)(const char *, unsigned, ...) = (void *)6;
      SEC("tp/syscalls/sys_enter_write") int entered(int *ctx) {
        static const char format[] = "PID %d (%s) read: %s \\n";
        printk(format, sizeof(format), ctx[0], "x", "y");
        char onStack[] = "BPF triggered from PID %d.\\n";
        printk(onStack, sizeof(onStack), ctx[1]);
        return 0;
      }
      char LICENSE[] SEC("license") = "GPL";
      """;

  private static PrintkFormats formats(String source) {
    Bytes object = ClangObject.compile(source);
    return PrintkFormats.of(
        ObjectContents.read("minimal.bpf.o", object),
        BpfObject.read("minimal.bpf.o", object).programs());
  }

  @Test
  void findsFormatsInSectionsAndOnTheStack() {
    PrintkFormats formats = formats(SOURCE);
    assertThat(formats.matches("PID 32969 (bash) read: fff ")).isTrue();
    assertThat(formats.matches("BPF triggered from PID 3840345.")).isTrue();
    assertThat(formats.matches("BPF triggered from PID bash.")).isFalse();
    assertThat(formats.matches("Process ID: 618 enter sys openat")).isFalse();
    assertThat(formats.matches("")).isFalse();
  }

  @Test
  void findsNoneWhereNothingIsPrinted() {
    assertThat(formats(SOURCE.replace("(void *)6", "(void *)5")).isEmpty()).isTrue();
  }

  @Test
  void knowsWhatConversionsBecome() {
    assertMatches("%s: %d%% of %lu at %px, %-16s|%08x %c", "a b: -3% of 7 at ffff8, x   |0000ff c");
    assertMatches("ip %pI4 %llu", "ip 127.000.000.001 18446744073709551615");
    assertThat(PrintkFormat.of("%d").orElseThrow().matches("word")).isFalse();
    assertThat(PrintkFormat.of("")).isEmpty();
    assertMatches("100%", "100");
  }

  private static void assertMatches(String format, String text) {
    assertThat(PrintkFormat.of(format).orElseThrow().matches(text)).as(format).isTrue();
  }

  @Test
  void readsLinesOfTheTracePipe() {
    TraceLine line =
        TraceLine.of(
                "     my bash-2-32969   [003] d..31 64001.375748: bpf_trace_printk: PID [1] (x): y")
            .orElseThrow();
    assertThat(line.task()).isEqualTo("my bash-2");
    assertThat(line.pid()).isEqualTo(32969);
    assertThat(line.cpu()).isEqualTo(3);
    assertThat(line.time()).isEqualTo("64001.375748");
    assertThat(line.message()).isEqualTo("PID [1] (x): y");
    assertThat(TraceLine.of("CPU:0 [LOST 13 EVENTS]")).isEmpty();
  }

  @Property(tries = 2000)
  void anyFormatAndLineIsRead(@ForAll String format, @ForAll String text) {
    PrintkFormat.of(format).ifPresent(known -> known.matches(text));
    TraceLine.of(text);
    TraceLine.of(text + " [" + format + "] 1.2: bpf_trace_printk: " + text);
  }
}
