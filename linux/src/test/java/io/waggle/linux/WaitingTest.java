package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingTest {
  @Test
  void anEventFdWakesFromAnotherThread() throws Exception {
    try (Epoll epoll = new Epoll();
        EventFd event = new EventFd()) {
      epoll.add(event.fd(), 0x1234_5678_9abcL);
      assertThat(epoll.await(0)).isZero();
      Thread other = Thread.ofPlatform().start(event::signal);
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(0x1234_5678_9abcL);
      other.join();
      event.signal();
      assertThat(event.drain()).isEqualTo(2);
      assertThat(event.drain()).isZero();
      epoll.remove(event.fd());
      event.signal();
      assertThat(epoll.await(0)).isZero();
    }
  }

  @Test
  void aTimerExpiresOnceOrAgainAndAgain() {
    try (Epoll epoll = new Epoll();
        TimerFd timer = new TimerFd()) {
      epoll.add(timer.fd(), 1);
      timer.once(1_000_000);
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(timer.expirations()).isEqualTo(1);
      timer.every(1_000_000);
      long expired = 0;
      while (expired < 3) {
        epoll.await(-1);
        expired += timer.expirations();
      }
    }
  }

  @Test
  void clocksAdvanceAndAgreeWithTheJvm() {
    long before = System.nanoTime();
    long monotonic = Clock.MONOTONIC.nanos();
    assertThat(monotonic).isBetween(before, System.nanoTime()); // HotSpot reads the same clock
    assertThat(Clock.BOOTTIME.nanos()).isGreaterThanOrEqualTo(monotonic);
    assertThat(Clock.REALTIME.nanos() / 1_000_000_000L)
        .isBetween(System.currentTimeMillis() / 1000 - 2, System.currentTimeMillis() / 1000 + 2);
  }

  @Test
  void aSignalWakesAndIsRemembered() {
    try (EventFd wake = new EventFd();
        Epoll epoll = new Epoll();
        Interrupt interrupt = Interrupt.into(wake)) {
      epoll.add(wake.fd(), 0);
      assertThat(interrupt.caught()).isZero();
      Processes.signal((int) ProcessHandle.current().pid(), Processes.SIGINT);
      while (wake.drain() == 0) {
        epoll.await(-1);
      }
      assertThat(interrupt.caught()).isEqualTo(Processes.SIGINT);
    }
  }
}
