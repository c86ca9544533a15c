package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresBpf
@Requires({Feature.NETWORK, Feature.NETFILTER_PROGRAMS})
class NetfilterTest {
  private static final int DROP = 0;
  private static final int ACCEPT = 1;

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private LoadedObject load(int verdict) {
    return kernel.load(Network.counter(ProgramType.NETFILTER, AttachType.NETFILTER, verdict));
  }

  private static Netfilter at(Netfilter.Hook hook, int priority) {
    return new Netfilter(Netfilter.Family.IPV4, hook, priority, false);
  }

  @Test
  void aProgramAcceptsAndCounts() {
    try (LoadedObject object = load(ACCEPT)) {
      Link link = network.far(() -> object.attach("counter", at(Netfilter.Hook.LOCAL_IN, 10)));
      network.sendUntilCounted(object, 3);
      assertThat(link.isAttached()).isTrue();
      link.close();
      long before = Code.hits(object);
      network.send(3);
      assertThat(Code.hits(object)).isEqualTo(before);
    }
  }

  @Test
  void aProgramDropsFragmentsPutTogether() {
    try (LoadedObject object = load(DROP)) {
      assertThat(network.arrives()).isTrue();
      Netfilter point = new Netfilter(Netfilter.Family.IPV4, Netfilter.Hook.PRE_ROUTING, 10, true);
      Link link = network.far(() -> object.attach("counter", point));
      assertThat(network.arrives()).isFalse();
      link.close();
      assertThat(network.arrives()).isTrue();
    }
  }

  @Test
  void prioritiesAreGivenOnce() {
    try (LoadedObject object = load(ACCEPT);
        LoadedObject other = load(ACCEPT)) {
      Netfilter point = at(Netfilter.Hook.LOCAL_IN, 10);
      network.far(() -> object.attach("counter", point));
      assertThatThrownBy(() -> network.far(() -> other.attach("counter", point)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("netfilter IPV4 LOCAL_IN, priority 10")
          .hasMessageContaining("another BPF program has priority 10 there");
      Netfilter first = at(Netfilter.Hook.LOCAL_IN, Integer.MIN_VALUE);
      assertThatThrownBy(() -> network.far(() -> other.attach("counter", first)))
          .hasMessageContaining("does not give away priority");
    }
  }
}
