package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.XdpDevice;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.VethPair;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
@Requires(Feature.NETWORK)
class XdpTest {
  private static final int DROP = 1;
  private static final int PASS = 2;

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private static BpfObject xdp(int returned) {
    return Network.counter(ProgramType.XDP, AttachType.XDP, returned);
  }

  private Link attach(LoadedObject object, AttachPoint point) {
    return network.far(() -> object.attach("counter", point));
  }

  @ParameterizedTest
  @EnumSource(
      value = Xdp.Mode.class,
      names = {"ANY", "SKB", "DRV"})
  void aLinkCountsPacketsInEachMode(Xdp.Mode mode) {
    try (LoadedObject object = kernel.load(xdp(PASS))) {
      Link link = attach(object, new Xdp(VethPair.FAR_DEVICE, mode));
      network.sendUntilCounted(object, 3);
      assertThat(link.isAttached()).isTrue();
      int id = object.program("counter").describe().id();
      XdpDevice.Programs now = network.far(() -> Xdp.attached(VethPair.FAR_DEVICE));
      assertThat(now)
          .isEqualTo(
              mode == Xdp.Mode.SKB
                  ? new XdpDevice.Programs(id, 0, 0)
                  : new XdpDevice.Programs(0, id, 0));
      link.close();
      assertThat(link.isAttached()).isFalse();
      long before = Code.hits(object);
      network.send(3);
      assertThat(Code.hits(object)).isEqualTo(before);
    }
  }

  @Test
  void aProgramThatDropsKeepsPacketsOut() {
    try (LoadedObject object = kernel.load(xdp(DROP))) {
      assertThat(network.arrives()).isTrue();
      Link link = attach(object, new Xdp(VethPair.FAR_DEVICE, Xdp.Mode.ANY));
      assertThat(network.arrives()).isFalse();
      link.close();
      assertThat(network.arrives()).isTrue();
    }
  }

  @Test
  void aLinksProgramCanBeChanged() {
    try (LoadedObject first = kernel.load(xdp(PASS));
        LoadedObject second = kernel.load(xdp(PASS))) {
      HookLink link = (HookLink) attach(first, new Xdp(VethPair.FAR_DEVICE, Xdp.Mode.SKB));
      network.sendUntilCounted(first, 1);
      link.update(second.program("counter"));
      long before = Code.hits(first);
      network.sendUntilCounted(second, 3);
      assertThat(Code.hits(first)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Xdp.Mode.class,
      names = {"ANY", "SKB", "DRV"})
  void netlinkAttachesWithoutLinks(Xdp.Mode mode) {
    try (LoadedObject object = kernel.load(xdp(PASS))) {
      Link link = attach(object, new XdpNetlink(VethPair.FAR_DEVICE, mode));
      network.sendUntilCounted(object, 3);
      assertThat(link.isAttached()).isTrue();
      link.close();
      assertThat(network.far(() -> Xdp.attached(VethPair.FAR_DEVICE)))
          .isEqualTo(new XdpDevice.Programs(0, 0, 0));
      assertThat(link.isAttached()).isFalse();
      link.close();
    }
  }

  @Test
  void aProgramMayBeRefusedSupersededOrReplaced() {
    String device = VethPair.FAR_DEVICE;
    Xdp.Mode mode = Xdp.Mode.SKB;
    try (LoadedObject first = kernel.load(xdp(PASS));
        LoadedObject second = kernel.load(xdp(PASS))) {
      Link link = attach(first, new XdpNetlink(device, mode));
      int id = first.program("counter").describe().id();
      for (AttachPoint point :
          new AttachPoint[] {new XdpNetlink(device, mode), new Xdp(device, mode)}) {
        assertThatThrownBy(() -> attach(second, point))
            .isInstanceOf(AttachException.class)
            .hasMessageContaining("cannot attach XDP to far0: it has an XDP program already")
            .hasMessageContaining("program " + id + " in mode SKB");
      }
      var notThis = new XdpNetlink.Existing.Replace(second.program("counter"));
      assertThatThrownBy(() -> attach(second, new XdpNetlink(device, mode, notThis)))
          .isInstanceOf(AttachException.class);
      var supersede = new XdpNetlink.Existing.Supersede();
      Link other = attach(second, new XdpNetlink(device, mode, supersede));
      assertThat(link.isAttached()).isFalse();
      var replace = new XdpNetlink.Existing.Replace(second.program("counter"));
      Link again = attach(first, new XdpNetlink(device, mode, replace));
      assertThat(again.isAttached()).isTrue();
      other.close(); // it is not there any more, and must not take the other away
      assertThat(again.isAttached()).isTrue();
    }
  }

  @Test
  void anInterfaceThatDoesNotExistIsNamedWithTheNearest() {
    try (LoadedObject object = kernel.load(xdp(PASS))) {
      assertThatThrownBy(() -> attach(object, new Xdp("far1", Xdp.Mode.ANY)))
          .isInstanceOf(AttachException.class)
          .hasMessage("there is no network interface far1, did you mean far0?");
      assertThatThrownBy(() -> attach(object, new Xdp("77777", Xdp.Mode.ANY)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no network interface 77777; there are lo, far0");
    }
  }

  @Test
  void aDriverWithoutXdpIsToldFromOthers() {
    try (LoadedObject object = kernel.load(xdp(PASS))) {
      assertThatThrownBy(() -> attach(object, new Xdp("lo", Xdp.Mode.DRV)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("cannot attach XDP to lo")
          .hasMessageContaining("mode SKB works with any driver");
      assertThatThrownBy(() -> attach(object, new Xdp("far0", Xdp.Mode.HW)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("cannot attach XDP to far0");
    }
  }

  @Test
  void aProgramOfAnotherKindIsRefused() {
    BpfObject filter = Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), 0);
    try (LoadedObject object = kernel.load(filter)) {
      assertThatThrownBy(() -> attach(object, new Xdp("far0", Xdp.Mode.ANY)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("program counter is of type SOCKET_FILTER, not XDP");
    }
  }

  @Test
  void linksTellWhenTheInterfaceHasGone() {
    try (LoadedObject object = kernel.load(xdp(PASS));
        LoadedObject other = kernel.load(xdp(PASS))) {
      Link link = attach(object, new Xdp("far0", Xdp.Mode.SKB));
      Link byNetlink =
          network.near(() -> other.attach("counter", new XdpNetlink("near0", Xdp.Mode.SKB)));
      network.pair().farIp("link", "del", "far0");
      assertThat(link.isAttached()).isFalse();
      assertThat(link.toString()).contains("defunct");
      assertThat(byNetlink.isAttached()).isFalse();
      assertThatThrownBy(() -> ((HookLink) link).update(other.program("counter")))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("what the link was attached to has gone");
      link.close();
      byNetlink.close();
    }
  }

  @Test
  void programsForPacketsInSeveralBuffersAndForMapsLoad() {
    for (AttachType type : new AttachType[] {AttachType.XDP_CPUMAP, AttachType.XDP_DEVMAP}) {
      try (LoadedObject object = kernel.load(Network.counter(ProgramType.XDP, type, PASS))) {
        // It runs from a map alone; the kernel refuses it at an interface.
        assertThatThrownBy(() -> attach(object, new Xdp("far0", Xdp.Mode.SKB)))
            .isInstanceOf(AttachException.class);
      }
    }
  }
}
