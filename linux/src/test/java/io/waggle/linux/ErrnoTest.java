package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {
  @Test
  void namesAndExplains() {
    assertThat(Errno.name(1)).isEqualTo("EPERM");
    assertThat(Errno.meaning(1)).isEqualTo("Operation not permitted");
    assertThat(Errno.name(Errno.ENOTSUPP)).isEqualTo("ENOTSUPP");
  }

  @Test
  void everyNumberHasALine() {
    for (int errno = 0; errno < 600; errno++) {
      assertThat(Errno.name(errno)).isNotBlank();
      assertThat(Errno.meaning(errno)).isNotBlank();
    }
    assertThat(Errno.name(599)).isEqualTo("errno 599");
  }

  @Test
  void exceptionsTellCallArgumentsAndMeaning() {
    SystemCallException failure = SystemCallException.of("bpf", "BPF_MAP_CREATE, type 1", -22);
    assertThat(failure)
        .hasMessage("bpf(BPF_MAP_CREATE, type 1): Invalid argument (EINVAL)")
        .isNotInstanceOf(PermissionDeniedException.class);
    assertThat(failure.errno()).isEqualTo(Errno.EINVAL);
    assertThat(SystemCallException.of("bpf", "", -1, Capability.BPF))
        .isInstanceOf(PermissionDeniedException.class);
  }
}
