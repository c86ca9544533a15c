package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.linux.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class KernelStateTest {
  @TempDir Path root;

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text);
  }

  @Test
  void advisesWhereBpfIsNoSecurityModule() throws IOException {
    KernelState state = new KernelState(root);
    KernelVersion kernel = new KernelVersion(6, 1, 0);
    KernelConfiguration unknown = KernelConfiguration.read();
    assertThat(state.lsmAdvice(new KernelVersion(5, 4, 0), unknown))
        .contains("needs Linux 5.7 or newer");
    write("sys/kernel/security/lsm", "ndlock,lockdown,yama,integrity,apparmor");
    if (unknown.option("CONFIG_BPF_LSM").isPresent()) {
      assertThat(state.lsmAdvice(kernel, unknown).orElseThrow())
          .contains("lsm=ndlock,lockdown,yama,integrity,apparmor,bpf to GRUB_CMDLINE_LINUX")
          .contains("update-grub2");
    }
    write("sys/kernel/security/lsm", "lockdown,bpf\n");
    assertThat(state.lsmAdvice(kernel, unknown)).isEmpty();
  }

  @Test
  void readsSettings() throws IOException {
    KernelState state = new KernelState(root);
    assertThat(state.setting("net/core/bpf_jit_limit")).isEmpty();
    write("proc/sys/net/core/bpf_jit_limit", "528482304\n");
    assertThat(state.setting("net/core/bpf_jit_limit")).hasValue(528_482_304L);
    write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    assertThat(state.lockdown()).contains("integrity");
  }

  @Test
  void readsAllDigitsOfTheRunningKernelsSettings() {
    assertThat(KernelState.read().setting("kernel/pid_max").orElseThrow()).isGreaterThan(1000);
  }
}
