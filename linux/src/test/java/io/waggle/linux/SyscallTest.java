package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SyscallTest {
  @Test
  void numbersDependOnTheArchitecture() {
    assertThat(Syscall.BPF.on(Architecture.X86_64)).isEqualTo(321);
    assertThat(Syscall.BPF.on(Architecture.ARM64)).isEqualTo(280);
    assertThat(Syscall.PERF_EVENT_OPEN.on(Architecture.ARM64)).isEqualTo(241);
  }

  @Test
  void noNumberIsTakenTwice() {
    for (Architecture architecture : Architecture.values()) {
      assertThat(Syscall.values())
          .extracting(call -> call.on(architecture))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void architecturesGoByTheJvmsNames() {
    assertThat(Architecture.named("amd64")).isEqualTo(Architecture.X86_64);
    assertThat(Architecture.named("aarch64")).isEqualTo(Architecture.ARM64);
    assertThatThrownBy(() -> Architecture.named("riscv64")).hasMessageContaining("riscv64");
  }

  @Test
  void failuresAnswerTheNegatedErrno() {
    assertThat(Native.call(Syscall.CLOSE, -1)).isEqualTo(-Errno.EBADF);
  }
}
