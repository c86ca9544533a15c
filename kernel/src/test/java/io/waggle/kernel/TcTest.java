package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.TrafficControl;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
@Requires(Feature.NETWORK)
class TcTest {
  private static final int ACT_OK = 0;
  private static final int ACT_SHOT = 2;
  private static final int NEXT = -1; // TCX_NEXT

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private LoadedObject load(int returned) {
    return kernel.load(Network.counter(ProgramType.SCHED_CLS, Optional.empty(), returned));
  }

  private Link attach(LoadedObject object, AttachPoint point) {
    return network.near(() -> object.attach("counter", point));
  }

  private List<TrafficControl.Filter> filters(int parent) {
    return network.near(() -> TcFilter.attached("near0", parent));
  }

  private boolean clsact() {
    return network.pair().nearTc("qdisc", "show", "dev", "near0").contains("clsact");
  }

  @ParameterizedTest
  @EnumSource(Tc.Direction.class)
  void aFilterCountsPacketsAndLeavesNothingBehind(Tc.Direction direction) {
    try (LoadedObject object = load(ACT_OK)) {
      Link link = attach(object, new TcFilter("near0", direction));
      // What comes in is the answer that nobody listens there.
      network.sendUntilCounted(object, 3);
      assertThat(link.isAttached()).isTrue();
      assertThat(clsact()).isTrue();
      int id = object.program("counter").describe().id();
      assertThat(filters(TcFilter.parent(direction)))
          .singleElement()
          .matches(filter -> filter.program() == id && filter.handle() > 0 && filter.priority() > 0)
          .matches(filter -> filter.name().equals("counter"));
      link.close();
      assertThat(link.isAttached()).isFalse();
      assertThat(clsact()).isFalse();
      link.close();
    }
  }

  @Test
  void aFilterThatShootsKeepsPacketsOut() {
    try (LoadedObject object = load(ACT_SHOT)) {
      assertThat(network.arrives()).isTrue();
      Link link = attach(object, new TcFilter("near0", Tc.Direction.EGRESS));
      assertThat(network.arrives()).isFalse();
      link.close();
      assertThat(network.arrives()).isTrue();
    }
  }

  @Test
  void clsactStaysWhereItWasOrWhereOthersUseIt() {
    try (LoadedObject object = load(ACT_OK);
        LoadedObject other = load(ACT_OK)) {
      Link first = attach(object, new TcFilter("near0", Tc.Direction.INGRESS));
      Link second = attach(other, new TcFilter("near0", Tc.Direction.EGRESS));
      first.close(); // it made clsact, in which there is another's filter now
      assertThat(second.isAttached()).isTrue();
      second.close();
      assertThat(clsact()).isTrue();
      attach(object, new TcFilter("near0", Tc.Direction.INGRESS)).close();
      assertThat(clsact()).isTrue();
    }
  }

  @Test
  void handleAndPriorityAreKeptAndReplaced() {
    int parent = TrafficControl.EGRESS;
    try (LoadedObject first = load(ACT_OK);
        LoadedObject second = load(ACT_OK)) {
      OptionalInt handle = OptionalInt.of(7);
      OptionalInt priority = OptionalInt.of(5);
      Link link = attach(first, new Tc("near0", Tc.Direction.EGRESS, handle, priority));
      assertThat(filters(parent))
          .singleElement()
          .matches(filter -> filter.handle() == 7 && filter.priority() == 5);
      assertThatThrownBy(() -> attach(second, new TcFilter("near0", parent, 7, 5, false)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("it has a filter with handle 7 and priority 5 already");
      Link other = attach(second, new TcFilter("near0", parent, 7, 5, true));
      assertThat(filters(parent)).hasSize(1);
      network.sendUntilCounted(second, 1);
      assertThat(link.isAttached()).isFalse();
      link.close(); // not its filter any more
      assertThat(other.isAttached()).isTrue();
    }
  }

  @Test
  void aClassOfTheUsersOwnDisciplineMayBeTheParent() {
    network.pair().nearTc("qdisc", "add", "dev", "near0", "root", "handle", "1:", "htb");
    try (LoadedObject object = load(ACT_OK)) {
      Link link = attach(object, new TcFilter("near0", 0x10000, 0, 0, false));
      network.sendUntilCounted(object, 3);
      link.close();
      assertThat(filters(0x10000)).isEmpty();
    }
  }

  @Test
  void tcIsTheBestThatTheKernelHas() {
    try (LoadedObject object = load(ACT_OK)) {
      Link link = attach(object, new Tc("near0", Tc.Direction.EGRESS));
      network.sendUntilCounted(object, 3);
      assertThat(link instanceof HookLink)
          .isEqualTo(kernel.has(io.waggle.kernel.Feature.TCX))
          .isNotEqualTo(clsact());
      network.pair().nearIp("link", "del", "near0");
      assertThat(link.isAttached()).isFalse();
      link.close();
    }
  }

  @Test
  void tcxRunsProgramsInOrderUntilOneDecides() {
    try (LoadedObject first = load(NEXT);
        LoadedObject second = load(NEXT);
        LoadedObject last = load(ACT_SHOT)) {
      Tc.Direction out = Tc.Direction.EGRESS;
      if (!kernel.has(io.waggle.kernel.Feature.TCX)) {
        assertThatThrownBy(() -> attach(last, new Tcx("near0", out)))
            .isInstanceOf(AttachException.class)
            .hasMessageContaining("this kernel lacks tcx (Linux 6.6 or newer)");
        return;
      }
      attach(last, new Tcx("near0", out));
      Link link = attach(first, new Tcx("near0", out, Order.FIRST));
      long revision = network.near(() -> Tcx.attached("near0", out)).revision();
      Order beside = Order.after(first.program("counter"));
      attach(second, new Tcx("near0", out, beside.atRevision(revision)));
      assertThat(network.near(() -> Tcx.attached("near0", out)).programs())
          .containsExactly(id(first), id(second), id(last));
      assertThat(network.arrives()).isFalse();
      network.sendUntilCounted(second, 2);
      assertThatThrownBy(() -> attach(second, new Tcx("near0", out)))
          .hasMessageContaining("program counter is attached there already");
      link.close();
      assertThatThrownBy(
              () -> attach(first, new Tcx("near0", out, Order.LAST.atRevision(revision))))
          .hasMessageContaining("it is not at revision " + revision);
      assertThatThrownBy(() -> attach(first, new Tcx("near0", out, beside)))
          .hasMessageContaining("program counter is not attached there");
    }
  }

  @Test
  void aTcxLinkStandsBesideALinkAndTellsWhenItsInterfaceHasGone() {
    Assumptions.assumeTrue(kernel.has(io.waggle.kernel.Feature.TCX), "tcx (Linux 6.6)");
    try (LoadedObject first = load(NEXT);
        LoadedObject second = load(NEXT)) {
      HookLink link = (HookLink) attach(first, new Tcx("near0", Tc.Direction.EGRESS));
      attach(second, new Tcx("near0", Tc.Direction.EGRESS, Order.before(link)));
      assertThat(network.near(() -> Tcx.attached("near0", Tc.Direction.EGRESS)).programs())
          .containsExactly(
              second.program("counter").describe().id(), first.program("counter").describe().id());
      network.pair().nearIp("link", "del", "near0");
      while (link.isAttached()) {
        Thread.onSpinWait();
      }
      assertThat(link.toString()).contains("defunct");
    }
  }

  @Test
  void netkitMeetsWhatItsEndsSend() {
    try (LoadedObject object = load(NEXT)) {
      if (!kernel.has(io.waggle.kernel.Feature.NETKIT)) {
        assertThatThrownBy(() -> attach(object, new Netkit("near0", Netkit.End.PRIMARY)))
            .isInstanceOf(AttachException.class)
            .hasMessageContaining("this kernel lacks netkit interfaces (Linux 6.7 or newer)");
        return;
      }
      // iproute2 before 6.7 cannot name the peer; the kernel calls it nk0.
      network.pair().nearIp("link", "add", "kit0", "type", "netkit");
      network.pair().nearIp("link", "set", "nk0", "name", "kit1");
      network.pair().nearIp("addr", "add", "10.78.0.1/24", "dev", "kit0");
      network.pair().nearIp("link", "set", "kit0", "up");
      network.pair().nearIp("link", "set", "kit1", "up");
      Link link = attach(object, new Netkit("kit0", Netkit.End.PRIMARY));
      assertThat(network.near(() -> Netkit.attached("kit0", Netkit.End.PRIMARY)).programs())
          .containsExactly(id(object));
      while (Code.hits(object) < 3) {
        network.send(1, "10.78.0.2");
      }
      assertThatThrownBy(() -> attach(object, new Netkit("near0", Netkit.End.PEER)))
          .isInstanceOf(AttachException.class);
      network.pair().nearIp("link", "del", "kit0");
      assertThat(link.isAttached()).isFalse();
      link.close();
    }
  }

  @Test
  void aProgramOfAnotherKindIsRefused() {
    BpfObject filter = Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), 0);
    try (LoadedObject object = kernel.load(filter)) {
      assertThatThrownBy(() -> attach(object, new Tcx("near0", Tc.Direction.EGRESS)))
          .hasMessageContaining("program counter is of type SOCKET_FILTER, not SCHED_CLS");
      assertThatThrownBy(() -> attach(object, new TcFilter("near0", Tc.Direction.EGRESS)))
          .hasMessageContaining("program counter is of type SOCKET_FILTER, not SCHED_CLS");
    }
  }

  private static int id(LoadedObject object) {
    return object.program("counter").describe().id();
  }
}
