package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
  @Test
  void isHeldUntilReleased(@TempDir Path folder) throws Exception {
    Path made = folder.resolve("made");
    try (Child child = Child.hold(List.of("touch", made.toString()))) {
      assertThat(Files.readString(Path.of("/proc/" + child.pid() + "/comm"))).startsWith("sh");
      assertThat(child.exit()).isEmpty();
      assertThat(made).doesNotExist();
      child.release();
      assertThat(child.await().status()).isZero();
      assertThat(made).exists();
    }
  }

  @Test
  void tellsExitCodeAndSignal() {
    try (Child child = Child.hold(List.of("sh", "-c", "exit 7"))) {
      child.release();
      assertThat(child.await()).isEqualTo(new Child.Exit(7, 0));
    }
    try (Child child = Child.hold(List.of("sh", "-c", "kill -TERM $$"))) {
      child.release();
      assertThat(child.await().status()).isEqualTo(128 + Processes.SIGTERM);
    }
  }

  @Test
  void argumentsArriveAsTheyAre(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("out");
    String script = "printf '%s|' \"$@\" > " + out;
    try (Child child = Child.hold(List.of("sh", "-c", script, "x", "a b", "$HOME", "", "'\""))) {
      child.release();
      assertThat(child.await().status()).isZero();
    }
    assertThat(out).hasContent("a b|$HOME||'\"|");
  }

  @Test
  void itsEndWakesAnEpoll() {
    try (Child child = Child.hold(List.of("true"));
        Epoll epoll = new Epoll()) {
      epoll.add(child.end(), 5);
      assertThat(epoll.await(0)).isZero();
      child.release();
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(5);
    }
  }

  @Test
  void closingEndsIt() {
    int held;
    try (Child child = Child.hold(List.of("sleep", "100"))) {
      held = child.pid();
    }
    assertThat(Processes.exists(held)).isFalse();

    Child running = Child.hold(List.of("sleep", "100"));
    running.release();
    running.close();
    assertThat(running.exit()).contains(new Child.Exit(0, Processes.SIGTERM));
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void endsWithTheThreadThatStartedIt() throws Exception {
    Child[] child = new Child[1];
    Thread starter =
        Thread.ofPlatform()
            .start(
                () -> {
                  child[0] = Child.hold(List.of("sleep", "100"));
                  child[0].release();
                });
    starter.join();
    assertThat(child[0].await()).isEqualTo(new Child.Exit(0, Processes.SIGTERM));
    child[0].close();
  }

  @Test
  void startsWithoutBlockedSignals(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("status");
    try (Child child = Child.hold(List.of("cp", "/proc/self/status", out.toString()))) {
      child.release();
      child.await();
    }
    assertThat(Files.readString(out)).contains("SigBlk:\t0000000000000000");
  }

  @Test
  void aMissingCommandIsTold(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> Child.hold(List.of("no-such-command-here")))
        .isInstanceOf(CommandNotFoundException.class)
        .hasMessage("command 'no-such-command-here' was not found in PATH");
    Path plain = Files.writeString(folder.resolve("plain"), "text");
    assertThatThrownBy(() -> Child.hold(List.of(plain.toString())))
        .isInstanceOf(CommandNotFoundException.class)
        .hasMessageContaining("is not executable");
    assertThatThrownBy(() -> Child.hold(List.of(folder.toString())))
        .hasMessageContaining("is a directory");
  }
}
