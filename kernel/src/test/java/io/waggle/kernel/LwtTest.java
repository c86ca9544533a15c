package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.ProgramType;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
@Requires({Feature.NETWORK, Feature.ROUTE_PROGRAMS})
class LwtTest {
  private static final int OK = 0;
  private static final int DROP = 2;
  private static final String BEYOND = "10.99.0.7";

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private LoadedObject load(ProgramType type, int returned) {
    return kernel.load(Network.counter(type, Optional.empty(), returned));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Lwt beyond(String device) {
    return new Lwt(address("10.99.0.0"), 24, device);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {"LWT_OUT", "LWT_XMIT"})
  void aProgramMeetsWhatARouteSendsAndClosingDeletesTheRoute(ProgramType type) {
    try (LoadedObject object = load(type, OK)) {
      Link link = network.near(() -> object.attach("counter", beyond("near0")));
      network.send(3, BEYOND);
      assertThat(Code.hits(object)).isEqualTo(3);
      assertThat(link.isAttached()).isTrue();
      link.close();
      assertThat(link.isAttached()).isFalse();
      link.close();
      assertThatThrownBy(() -> network.send(1, BEYOND))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("unreachable");
    }
  }

  @Test
  void aProgramMeetsWhatComesInByARoute() {
    network.far(() -> write("/proc/sys/net/ipv4/ip_forward", "1"));
    network.pair().nearIp("route", "add", "10.99.0.0/24", "via", "10.77.0.2");
    try (LoadedObject object = load(ProgramType.LWT_IN, DROP)) {
      network.far(() -> object.attach("counter", beyond("far0")));
      while (Code.hits(object) < 3) {
        network.send(1, BEYOND);
      }
    }
  }

  @Test
  @Requires(Feature.SEGMENT_ROUTING_PROGRAMS)
  void aProgramMeetsTheSegmentThatARouteIs() {
    network.far(() -> write("/proc/sys/net/ipv6/conf/all/forwarding", "1"));
    network.far(() -> write("/proc/sys/net/ipv6/conf/far0/seg6_enabled", "1"));
    network.pair().nearIp("-6", "route", "add", "fd99::/64", "via", "fd77::2");
    network
        .pair()
        .nearIp(
            "-6",
            "route",
            "add",
            "fd98::/64",
            "encap",
            "seg6",
            "mode",
            "encap",
            "segs",
            "fd99::1,fd77::2",
            "dev",
            "near0");
    try (LoadedObject object = load(ProgramType.LWT_SEG6LOCAL, DROP)) {
      Lwt segment = new Lwt(address("fd99::1"), 128, "far0");
      Link link = network.far(() -> object.attach("counter", segment));
      while (Code.hits(object) < 3) {
        network.send(1, "fd98::5");
      }
      assertThat(link.isAttached()).isTrue();
      link.close();
      assertThat(link.isAttached()).isFalse();
    }
  }

  private static boolean write(String file, String value) {
    try {
      Files.writeString(Path.of(file), value);
      return true;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void linksTellWhenTheInterfaceHasGone() {
    try (LoadedObject object = load(ProgramType.LWT_XMIT, OK)) {
      Link link = network.near(() -> object.attach("counter", beyond("near0")));
      assertThat(link.isAttached()).isTrue();
      network.pair().nearIp("link", "del", "near0");
      assertThat(link.isAttached()).isFalse();
      link.close();
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    try (LoadedObject object = load(ProgramType.LWT_XMIT, OK);
        LoadedObject other = load(ProgramType.SOCKET_FILTER, OK)) {
      Lwt place = beyond("near0");
      network.near(() -> object.attach("counter", place));
      assertThatThrownBy(() -> network.near(() -> object.attach("counter", place)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("cannot attach to route 10.99.0.0/24 by near0")
          .hasMessageContaining("there is such a route already");
      assertThatThrownBy(() -> network.near(() -> object.attach("counter", beyond("near1"))))
          .isInstanceOf(AttachException.class)
          .hasMessage("there is no network interface near1, did you mean near0?");
      assertThatThrownBy(() -> network.near(() -> other.attach("counter", place)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("is of type SOCKET_FILTER, not LWT_XMIT or LWT_OUT");
      Lwt far = new Lwt(address("10.98.0.0"), 24, "near0", Optional.of(address("192.0.2.1")), 0);
      assertThatThrownBy(() -> network.near(() -> object.attach("counter", far)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("no interface reaches");
      assertThatThrownBy(() -> new Lwt(address("10.98.0.0"), 33, "near0"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 to 32 bits, not 33");
    }
  }
}
