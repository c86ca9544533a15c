package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of functions, by the example of TCP congestion control, which nobody here uses. */
@RequiresBpf
@Requires(Feature.CLANG)
@Tag("kernel")
class StructOpsTest {
  private static final Path AVAILABLE =
      Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");

  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned char u8;
      typedef unsigned int u32;
      typedef unsigned long long u64;
      struct sock;
      struct tcp_congestion_ops___mine {
        char name[16];
        u32 (*ssthresh)(struct sock *sk);
        u32 (*undo_cwnd)(struct sock *sk);
        void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
        %s
      };
      char _license[] SEC("license") = "GPL";
      SEC("struct_ops/ssthresh") u32 ssthresh(u64 *context) { return 2; }
      SEC("struct_ops") u32 undo(u64 *context) { return 4; }
      SEC("struct_ops/cong_avoid") void avoid(u64 *context) {}
      """;

  private static final String TABLE =
      """
      SEC("%s") struct tcp_congestion_ops___mine %s = {
        .name = "%s", .ssthresh = (void *) ssthresh, .undo_cwnd = (void *) undo,
        .cong_avoid = (void *) avoid, %s
      };
      """;

  @TempDir Path folder;

  @Test
  void givesTheKernelFunctionsUntilClosed() throws IOException {
    BpfObject object = read("int not_there;", ".struct_ops", "table", "waggle_test", "");
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      assertThat(loaded.attachAll()).isEmpty();
      assertThat(Files.readString(AVAILABLE)).contains("waggle_test");
      loaded.detach();
      assertThat(Files.readString(AVAILABLE)).doesNotContain("waggle_test");
    }
  }

  @Test
  @Requires(Feature.UPROBE_MULTI)
  void attachesByALink() throws IOException {
    BpfObject object = read("", ".struct_ops.link", "table", "waggle_link", "");
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      try (Link link = loaded.attachStructOps("table")) {
        assertThat(link).isNotNull();
        assertThat(Files.readString(AVAILABLE)).contains("waggle_link");
      }
      assertThat(Files.readString(AVAILABLE)).doesNotContain("waggle_link");
    }
  }

  @Test
  void leavesOutWhatIsNotToBeMade() {
    BpfObject object = read("", "?.struct_ops", "table", "waggle_none", "");
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      assertThat(loaded.programs()).isEmpty();
      assertThatThrownBy(() -> loaded.attachStructOps("table"))
          .hasMessageContaining("no struct_ops 'table'");
    }
  }

  @Test
  void namesTheMemberThatTheKernelLacks() {
    BpfObject object =
        read("int cong_avoit;", ".struct_ops", "table", "waggle_no", ".cong_avoit = 1");
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(object))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("struct_ops 'table'")
          .hasMessageContaining("no member cong_avoit")
          .hasMessageContaining("did you mean cong_avoid");
    }
  }

  private BpfObject read(
      String member, String section, String variable, String name, String initialiser) {
    String source =
        HEADER.formatted(member) + TABLE.formatted(section, variable, name, initialiser);
    return BpfObject.read(BpfCompiler.compile(folder, "table", source, "-mcpu=v3"));
  }
}
