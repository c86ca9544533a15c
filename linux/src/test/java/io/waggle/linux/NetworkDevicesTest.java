package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.VethPair;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Requires(Feature.NETWORK)
class NetworkDevicesTest {
  private static VethPair pair;

  @BeforeAll
  static void connect() {
    pair = VethPair.create();
  }

  @AfterAll
  static void disconnect() {
    pair.close();
  }

  private static <T> T near(Supplier<T> action) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pair.near())) {
      return namespace.inside(action);
    }
  }

  @Test
  void namesAndNumbersOfOneNamespaceGoTogether() {
    NetworkDevice device = near(() -> NetworkDevices.named(VethPair.NEAR_DEVICE)).orElseThrow();
    assertThat(device.name()).isEqualTo(VethPair.NEAR_DEVICE);
    assertThat(near(() -> NetworkDevices.at(device.index()))).contains(device);
    assertThat(near(NetworkDevices::all)).contains(device).contains(new NetworkDevice(1, "lo"));
    assertThat(NetworkDevices.named(VethPair.NEAR_DEVICE)).isEmpty(); // back in our own
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(NetworkDevices.named("no_such_dev")).isEmpty();
    assertThat(NetworkDevices.named("longer_than_any_name_can_be")).isEmpty();
    assertThat(NetworkDevices.named("")).isEmpty();
    assertThat(NetworkDevices.at(0)).isEmpty();
    assertThat(NetworkDevices.at(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void theKernelsOwnWordsArePartOfTheError() {
    assertThatThrownBy(
            () ->
                near(
                    () -> {
                      try (RouteNetlink netlink = RouteNetlink.open()) {
                        NetlinkRequest request =
                            new NetlinkRequest(
                                36, NetlinkRequest.CREATE, "RTM_NEWQDISC, a made-up kind");
                        request.u8(0).u8(0).u16(0).u32(1).u32(0x10000).u32(-1).u32(0);
                        return netlink.ask(request.attribute(1, "made_up"));
                      }
                    }))
        .isInstanceOf(SystemCallException.class)
        .hasMessageContaining("RTM_NEWQDISC, a made-up kind")
        .hasMessageContaining("the kernel says: ");
  }

  @Test
  void aFileThatIsNoNamespaceIsRefused() {
    try (NetworkNamespace file = NetworkNamespace.open(Path.of("/proc/self/ns/mnt"))) {
      assertThatThrownBy(() -> file.inside(() -> 0))
          .isInstanceOf(SystemCallException.class)
          .hasMessageContaining("/proc/self/ns/mnt");
    }
  }
}
