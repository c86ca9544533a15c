package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import org.junit.jupiter.api.Test;

@RequiresBpf
class PerfEventTest {
  private static final int SELF = 0; // the calling process

  @Test
  void countsSoftwareEvents() {
    PerfEventSource clock = new PerfEventSource.Software(0);
    try (PerfEvent event =
        PerfEvent.open(PerfEventAttributes.period(clock, 1_000_000), SELF, PerfEvent.ALL_CPUS)) {
      assertThat(event.count()).isZero();
      event.enable();
      while (event.count() == 0) {
        Thread.onSpinWait();
      }
      event.disable();
      long stopped = event.count();
      assertThat(event.count()).isEqualTo(stopped);
    }
  }

  @Test
  @Requires(Feature.UPROBE)
  void namesWhatCouldNotBeOpened() {
    PerfEventSource nowhere = new PerfEventSource.Uprobe("/no/such/file", 0x10, 0, false);
    assertThatThrownBy(
            () -> PerfEvent.open(PerfEventAttributes.each(nowhere), PerfEvent.ALL_PROCESSES, 0))
        .isInstanceOf(SystemCallException.class)
        .hasMessageContaining("/no/such/file")
        .hasMessageContaining("ENOENT");
  }

  @Test
  void aKernelWithoutKprobesSaysSo() {
    PerfEventSource kprobe = new PerfEventSource.Kprobe("vfs_read", 0, false);
    try (PerfEvent event =
        PerfEvent.open(PerfEventAttributes.each(kprobe), PerfEvent.ALL_PROCESSES, 0)) {
      assertThat(event.fd().isOpen()).isTrue();
    } catch (UnsupportedOperationException without) {
      assertThat(without).hasMessageContaining("no kprobes");
    }
  }
}
