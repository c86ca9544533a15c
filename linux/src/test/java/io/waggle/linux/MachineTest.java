package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void parsesCpuLists() {
    assertThat(Cpus.parse("0")).containsExactly(0);
    assertThat(Cpus.parse("0-3,5,7-8")).containsExactly(0, 1, 2, 3, 5, 7, 8);
    assertThat(Cpus.parse("0-127")).hasSize(128);
    assertThat(Cpus.online().length).isBetween(1, Cpus.possible());
  }

  @Test
  void parsesKernelReleases() {
    assertThat(KernelVersion.parse("6.1.0-49-amd64")).isEqualTo(new KernelVersion(6, 1, 0));
    assertThat(KernelVersion.parse("5.15")).hasToString("5.15");
    assertThat(KernelVersion.parse("6.18.44-fc-v657").code()).isEqualTo(0x06122c);
    assertThat(KernelVersion.parse("5.10.300").code()).isEqualTo(0x050aff);
    assertThatThrownBy(() -> KernelVersion.parse("rolling")).hasMessageContaining("rolling");
    assertThat(new KernelVersion(6, 6, 0)).isGreaterThan(new KernelVersion(6, 5, 200));
    assertThat(KernelVersion.running().atLeast(4, 17)).isTrue();
  }

  @Test
  void findsMountsInTheKernelsTable() {
    String table =
        """
        proc /proc proc rw,relatime 0 0
        cgroup2 /sys/fs/cgroup\\040two cgroup2 rw 0 0
        tracefs /sys/kernel/tracing tracefs rw 0 0
        """;
    assertThat(Mounts.find("tracefs", table)).contains(Path.of("/sys/kernel/tracing"));
    assertThat(Mounts.find("cgroup2", table)).contains(Path.of("/sys/fs/cgroup two"));
    assertThat(Mounts.find("bpf", table)).isEmpty();
    assertThat(Mounts.find("proc")).contains(Path.of("/proc"));
  }

  @Test
  @RequiresBpf
  void mountsWhatIsMissing() {
    assertThat(Mounts.tracefs().resolve("events")).isDirectory();
  }

  @Test
  void knowsProcesses() {
    int self = (int) ProcessHandle.current().pid();
    assertThat(Processes.exists(self)).isTrue();
    assertThat(Processes.exists(Integer.MAX_VALUE)).isFalse();
    assertThat(Processes.signal(Integer.MAX_VALUE, Processes.SIGTERM)).isFalse();
    assertThat(Processes.effectiveUser()).isNotNegative();
  }

  @Test
  void aDescriptorIsClosedOnce() {
    EventFd event = new EventFd();
    Fd fd = event.fd();
    assertThat(fd.number()).isNotNegative();
    fd.close();
    fd.close();
    assertThat(fd.isOpen()).isFalse();
    assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
  }
}
