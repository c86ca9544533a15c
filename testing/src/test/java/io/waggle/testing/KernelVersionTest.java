package io.waggle.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelVersionTest {
  @Test
  void readsReleasesOfDistributions() {
    assertThat(KernelVersion.parse("6.1.0-37-amd64")).isEqualTo(KernelVersion.of(6, 1));
    assertThat(KernelVersion.parse("6.12.44+deb13")).isEqualTo(KernelVersion.of(6, 12));
  }

  @Test
  void comparesNumbersNotText() {
    assertThat(KernelVersion.of(6, 12).atLeast(6, 6)).isTrue();
    assertThat(KernelVersion.of(6, 1).atLeast(6, 6)).isFalse();
    assertThat(KernelVersion.of(7, 0).atLeast(6, 19)).isTrue();
  }

  @Test
  void knowsTheRunningKernel() {
    assertThat(KernelVersion.running().atLeast(4, 0)).isTrue();
  }
}
