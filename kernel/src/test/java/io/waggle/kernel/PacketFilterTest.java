package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.SystemCallException;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.VethPair;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresBpf
@Requires(Feature.NETWORK)
class PacketFilterTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int ALL = 0xffff;
  private static final int UDP_HEADERS = 14 + 20 + 8;

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private LoadedObject load(int bytes) {
    return kernel.load(Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), bytes));
  }

  private PacketFilter.Capture capture(LoadedObject object) {
    PacketFilter place = new PacketFilter(VethPair.FAR_DEVICE);
    return (PacketFilter.Capture) network.far(() -> object.attach("counter", place));
  }

  /** The next datagram of the test; neighbours look for each other between. */
  private static byte[] datagram(PacketFilter.Capture capture) {
    while (true) {
      byte[] packet = capture.next(LONG).orElseThrow();
      boolean isIpv4 = packet[12] == 8 && packet[13] == 0;
      if (isIpv4 && packet[23] == 17) {
        return packet;
      }
    }
  }

  @Test
  void packetsAreReadWithTheirHeaders() {
    try (LoadedObject object = load(ALL)) {
      PacketFilter.Capture capture = capture(object);
      network.send(3);
      for (int i = 0; i < 3; i++) {
        byte[] packet = datagram(capture);
        assertThat(new String(packet, UDP_HEADERS, 6, StandardCharsets.US_ASCII))
            .isEqualTo("waggle");
        assertThat((packet[36] & 0xff) << 8 | packet[37] & 0xff).isEqualTo(Network.PORT);
      }
      assertThat(capture.lost()).isZero();
      assertThat(capture.isAttached()).isTrue();
      capture.close();
      assertThat(capture.isAttached()).isFalse();
      capture.close();
    }
  }

  @Test
  void theProgramSaysHowMuchIsCopied() {
    try (LoadedObject object = load(30)) {
      PacketFilter.Capture capture = capture(object);
      network.send(1);
      assertThat(datagram(capture)).hasSize(30);
    }
    try (LoadedObject object = load(0)) {
      PacketFilter.Capture capture = capture(object);
      network.sendUntilCounted(object, 3);
      assertThat(capture.next(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void whatIsNotReadInTimeIsCounted() {
    try (LoadedObject object = load(ALL)) {
      PacketFilter.Capture capture = capture(object);
      while (capture.lost() == 0) {
        network.send(1000);
      }
      long lost = capture.lost();
      assertThat(capture.next(LONG)).isPresent();
      assertThat(capture.lost()).isGreaterThanOrEqualTo(lost);
    }
  }

  @Test
  void anInterfaceThatGoesIsTold() {
    try (LoadedObject object = load(ALL)) {
      PacketFilter.Capture capture = capture(object);
      network.pair().farIp("link", "del", "far0");
      assertThatThrownBy(
              () -> {
                while (capture.next(LONG).isPresent()) {
                  continue;
                }
              })
          .isInstanceOf(SystemCallException.class)
          .hasMessageContaining("The network interface is down");
    }
  }

  @Test
  void interfacesAndProgramsThatDoNotFitAreNamed() {
    BpfObject xdp = Network.counter(ProgramType.XDP, AttachType.XDP, 0);
    try (LoadedObject object = load(ALL);
        LoadedObject other = kernel.load(xdp)) {
      assertThatThrownBy(
              () -> network.far(() -> object.attach("counter", new PacketFilter("far1"))))
          .isInstanceOf(AttachException.class)
          .hasMessage("there is no network interface far1, did you mean far0?");
      assertThatThrownBy(() -> other.attach("counter", new PacketFilter("lo")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("is of type XDP, not SOCKET_FILTER");
    }
  }
}
