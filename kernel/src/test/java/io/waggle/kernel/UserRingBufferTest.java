package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresBpf
@Requires(Feature.CLANG)
class UserRingBufferTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      struct bpf_dynptr { u64 opaque[2]; };
      static long (*dynptr_read)(void *, u32, void *, u32, u64) = (void *) 201;
      static long (*drain)(void *, void *, void *, u64) = (void *) 209;
      char _license[] SEC("license") = "GPL";
      struct { int (*type)[31]; int (*max_entries)[4096]; } orders SEC(".maps");
      u64 sum, count;
      static long take(struct bpf_dynptr *order, void *context) {
        u64 number = 0;
        dynptr_read(&number, sizeof(number), order, 0, 0);
        sum += number;
        count++;
        return 0;
      }
      SEC("raw_tp") int receive(void *context) { return drain(&orders, take, (void *) 0, 0); }
      """;

  @TempDir Path folder;

  @Test
  void programsTakeWhatIsSent() {
    BpfObject object = BpfObject.read(BpfCompiler.compile(folder, "receive", SOURCE, "-mcpu=v3"));
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object);
        UserRingBuffer orders = loaded.userRingBuffer("orders")) {
      long expected = 0;
      long sent = 0;
      // Several times around the ring.
      for (int round = 0; round < 5; round++) {
        for (long i = 0; i < 150; i++) {
          long number = i;
          assertThat(orders.send(8, memory -> memory.set(JAVA_LONG, 0, number))).isTrue();
          expected += i;
          sent++;
        }
        orders.reserve(8).orElseThrow().discard();
        assertThatThrownBy(
                () ->
                    orders.send(
                        8,
                        _ -> {
                          throw new IllegalStateException("no order");
                        }))
            .hasMessage("no order");
        loaded.program("receive").runOnce();
      }
      assertThat(loaded.variable("count").getLong()).isEqualTo(sent);
      assertThat(loaded.variable("sum").getLong()).isEqualTo(expected);
    }
  }

  @Test
  void aFullRingRefuses() {
    BpfObject object = BpfObject.read(BpfCompiler.compile(folder, "receive", SOURCE, "-mcpu=v3"));
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object);
        UserRingBuffer orders = loaded.userRingBuffer("orders")) {
      while (orders.send(8, memory -> memory.set(JAVA_LONG, 0, 1))) {
        assertThat(loaded.variable("count").getLong()).isZero();
      }
      loaded.program("receive").runOnce();
      assertThat(loaded.variable("count").getLong()).isEqualTo(4096 / 16);
      assertThat(orders.reserve(8)).isPresent();
      assertThatThrownBy(() -> orders.reserve(4096)).hasMessageContaining("does not fit");
      assertThatThrownBy(() -> loaded.userRingBuffer(".bss")).hasMessageContaining("is a ARRAY");
    }
  }
}
