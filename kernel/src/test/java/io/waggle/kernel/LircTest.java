package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

@RequiresBpf
class LircTest {
  private static final Path RECEIVER = Path.of("/dev/lirc0");

  private final Kernel kernel = Kernel.host();

  @Test
  void aReceiverHoldsTheProgramUntilItIsDetached() {
    Assumptions.assumeTrue(Files.exists(RECEIVER), "an infrared receiver");
    try (LoadedObject object =
        kernel.load(Network.counter(ProgramType.LIRC_MODE2, AttachType.LIRC_MODE2, 0))) {
      Link link = object.attach("counter", new Lirc(RECEIVER));
      assertThat(link.isAttached()).isTrue();
      assertThatThrownBy(() -> object.attach("counter", new Lirc(RECEIVER)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("the program is attached there already");
      link.close();
      assertThat(link.isAttached()).isFalse();
    }
  }

  @Test
  void whatIsNoReceiverIsSaid() {
    try (LoadedObject object =
        kernel.load(Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), 0))) {
      Lirc nowhere = new Lirc(Path.of("/dev/lirc77"));
      assertThatThrownBy(() -> object.attach("counter", nowhere))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no infrared receiver /dev/lirc77");
      Lirc file = new Lirc(Path.of("/dev/null"));
      assertThatThrownBy(() -> object.attach("counter", file))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("is of type SOCKET_FILTER, not LIRC_MODE2");
    }
  }
}
