package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.linux.Fd;
import io.waggle.linux.Sockets;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two sockets of this process that share a port. */
@RequiresBpf
class ReuseportTest {
  private static final int SELECT = 82; // bpf_sk_select_reuseport

  private final Kernel kernel = Kernel.host();
  private Selector selector;
  private DatagramChannel sender;
  private DatagramChannel first;
  private DatagramChannel second;
  private Fd socket;

  @BeforeEach
  void share() throws IOException {
    selector = Selector.open();
    sender = DatagramChannel.open();
    first = bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket = Sockets.of(first); // while no other socket has that address
    second = bound(first.getLocalAddress());
  }

  private DatagramChannel bound(SocketAddress address) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(address);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    return channel;
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    for (AutoCloseable each : List.of(first, second, sender, selector)) {
      try {
        each.close();
      } catch (Exception failure) {
        throw new IOException(failure);
      }
    }
  }

  /** Sends a datagram and answers which socket it came to. */
  private DatagramChannel receiver() throws IOException {
    sender.send(ByteBuffer.wrap(new byte[] {1}), first.getLocalAddress());
    selector.select();
    DatagramChannel chosen = (DatagramChannel) selector.selectedKeys().iterator().next().channel();
    selector.selectedKeys().clear();
    assertThat(chosen.receive(ByteBuffer.allocate(1))).isNotNull();
    return chosen;
  }

  @Test
  void aFilterChoosesByNumber() throws IOException {
    for (int number = 0; number < 2; number++) {
      BpfObject choice = Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), number);
      try (LoadedObject object = kernel.load(choice)) {
        object.attach("counter", new Reuseport(socket));
        for (int i = 0; i < 8; i++) {
          assertThat(receiver()).isSameAs(number == 0 ? first : second);
        }
        assertThat(Code.hits(object)).isEqualTo(8);
      }
    }
  }

  private static BpfObject selecting() {
    Code code = new Code().move(Register.R6, Register.R1).count();
    code.move(Register.R2, 0).store(-8, Register.R2).move(Register.R1, Register.R6);
    code.map(Register.R2, "sockets").move(Register.R3, Register.R10).plus(Register.R3, -8);
    code.move(Register.R4, 0).call(SELECT).move(Register.R0, 1);
    return new BpfObject(
        "GPL",
        List.of(Code.HITS, new MapSpec("sockets", MapType.REUSEPORT_SOCKARRAY, 4, 8, 1)),
        List.of(
            Code.program(
                "select",
                ProgramType.SK_REUSEPORT,
                Optional.of(AttachType.SK_REUSEPORT_SELECT),
                code.exit())));
  }

  @Test
  void aProgramSelectsFromAMapUntilItIsDetached() throws IOException {
    try (LoadedObject object = kernel.load(selecting())) {
      object.map("sockets").as(Codec.INT, Codec.LONG).put(0, (long) socket.number());
      Link link = object.attach("select", new Reuseport(socket));
      for (int i = 0; i < 8; i++) {
        assertThat(receiver()).isSameAs(first);
      }
      assertThat(Code.hits(object)).isEqualTo(8);
      link.close();
      assertThat(link.isAttached()).isFalse();
      receiver();
      assertThat(Code.hits(object)).isEqualTo(8);
    }
  }

  @Test
  void whatDoesNotShareAPortIsRefused() throws IOException {
    try (LoadedObject object = kernel.load(selecting());
        LoadedObject other = kernel.load(Network.counter(ProgramType.XDP, AttachType.XDP, 0));
        DatagramChannel alone = DatagramChannel.open().bind(null);
        Fd lonely = Sockets.of(alone);
        Fd file = Fd.open(Path.of("/dev/null"))) {
      assertThatThrownBy(() -> object.attach("select", new Reuseport(lonely)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("does not share its port: set SO_REUSEPORT before it is bound");
      assertThatThrownBy(() -> object.attach("select", new Reuseport(file)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("it is no socket");
      assertThatThrownBy(() -> other.attach("counter", new Reuseport(socket)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("is of type XDP, not SK_REUSEPORT or SOCKET_FILTER");
    }
  }
}
