package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.Golden;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FeaturesCommandTest {
  private record Run(int status, String out, String err) {}

  private static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void saysWhichKernelBroughtWhat() {
    Golden.assertMatches(getClass(), "when-ringbuf.txt", run("features", "when", "ringbuf").out());
    assertThat(run("features", "when", "jit", "loong").out()).isEqualTo("6.1   LoongArch (JIT)\n");
    assertThat(run("features", "when", "no", "such", "thing").status()).isEqualTo(1);
  }

  @Test
  void namesTheNearestWhereAWordIsWrong() {
    assertThat(run("features", "sistem").err())
        .contains("unknown part 'sistem'; there are system, programs,");
  }

  @Test
  @RequiresBpf
  void listsHelpersOfOneProgramType() {
    assertThat(run("features", "helpers", "xdp").out())
        .contains("bpf_xdp_adjust_head", "bpf_trace_printk*")
        .doesNotContain("bpf_skb_load_bytes");
    assertThat(run("features", "helpers", "xpd").err()).contains("unknown program type 'xpd'");
  }

  @Test
  @RequiresBpf
  void printsAllAsTextAndJson() {
    assertThat(run("features").out())
        .contains("System\n", "\n  hash: yes (since 3.19)\n", "  socket_filter: yes (since 3.19)\n")
        .contains("\nKernel options\n");
    assertThat(run("features", "--json", "maps").out())
        .startsWith("{\"maps\": {\"hash\": {\"available\": true, \"since\": \"3.19\"}, \"array\":");
  }
}
