package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.linux.Fd;
import io.waggle.linux.Sockets;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.VethPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresBpf
@Requires(Feature.NETWORK)
class SocketLookupTest {
  private static final int MAP_LOOKUP_ELEM = 1;
  private static final int SK_RELEASE = 86;
  private static final int SK_ASSIGN = 124;
  private static final int DROP = 0;
  private static final int PASS = 1;

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private static BpfObject lookup(int verdict) {
    return Network.counter(ProgramType.SK_LOOKUP, AttachType.SK_LOOKUP, verdict);
  }

  private SocketLookup far() {
    return new SocketLookup(Optional.of(network.pair().far()));
  }

  private static ServerSocketChannel listener() {
    try {
      return ServerSocketChannel.open().bind(new InetSocketAddress(VethPair.FAR_ADDRESS, 0));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private boolean connects(int port) {
    return network.near(
        () -> {
          try (Socket socket = new Socket(VethPair.FAR_ADDRESS, port)) {
            return socket.isConnected();
          } catch (IOException refused) {
            return false;
          }
        });
  }

  @Test
  void aProgramKeepsConnectionsOutOfItsNamespaceAlone() throws IOException {
    try (ServerSocketChannel listener = network.far(SocketLookupTest::listener);
        LoadedObject object = kernel.load(lookup(DROP))) {
      int port = listener.socket().getLocalPort();
      assertThat(connects(port)).isTrue();
      Link link = object.attach("counter", far());
      assertThat(link.isAttached()).isTrue();
      assertThat(connects(port)).isFalse();
      assertThat(Code.hits(object)).isPositive();
      link.close();
      network.near(() -> object.attach("counter", new SocketLookup())); // where it is not met
      long before = Code.hits(object);
      assertThat(connects(port)).isTrue();
      assertThat(Code.hits(object)).isEqualTo(before);
    }
  }

  /** Gives whatever comes to the socket in the map. */
  private static BpfObject redirect() {
    Code code = new Code().move(Register.R6, Register.R1);
    code.move(Register.R2, 0).store(-8, Register.R2);
    code.map(Register.R1, "sockets").move(Register.R2, Register.R10).plus(Register.R2, -8);
    code.call(MAP_LOOKUP_ELEM);
    code.add(new Instruction.Jump(true, JumpOp.EQ, Register.R0, new Immediate(0), 7));
    code.move(Register.R7, Register.R0);
    code.move(Register.R1, Register.R6).move(Register.R2, Register.R7).move(Register.R3, 0);
    code.call(SK_ASSIGN).move(Register.R1, Register.R7).call(SK_RELEASE);
    code.move(Register.R0, PASS);
    return new BpfObject(
        "GPL",
        List.of(new MapSpec("sockets", MapType.SOCKMAP, 4, 8, 1)),
        List.of(
            Code.program(
                "redirect",
                ProgramType.SK_LOOKUP,
                Optional.of(AttachType.SK_LOOKUP),
                code.exit())));
  }

  @Test
  void aProgramGivesConnectionsToAnotherSocket() throws IOException {
    try (ServerSocketChannel listener = network.far(SocketLookupTest::listener);
        LoadedObject object = kernel.load(redirect())) {
      int other = listener.socket().getLocalPort() == 9 ? 10 : 9;
      assertThat(connects(other)).isFalse();
      try (Fd socket = Sockets.of(listener)) {
        object.map("sockets").as(Codec.INT, Codec.LONG).put(0, (long) socket.number());
      }
      object.attach("redirect", far());
      assertThat(connects(other)).isTrue();
      try (SocketChannel accepted = listener.accept()) {
        assertThat(accepted.socket().getLocalPort()).isEqualTo(other);
      }
    }
  }

  @Test
  void linksTellWhenTheNamespaceHasGone() {
    try (LoadedObject object = kernel.load(lookup(PASS))) {
      Link link = object.attach("counter", far());
      assertThat(link.isAttached()).isTrue();
      network.close();
      while (link.isAttached()) {
        Thread.onSpinWait(); // the kernel takes namespaces down when it gets round to it
      }
      assertThat(link.toString()).contains("defunct");
    }
  }

  @Test
  void whatIsNoNamespaceIsSaid() {
    BpfObject filter = Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), 0);
    Path far = network.pair().far();
    try (LoadedObject object = kernel.load(lookup(PASS));
        LoadedObject other = kernel.load(filter)) {
      Path misspelt = Path.of(far + "r");
      assertThatThrownBy(() -> object.attach("counter", new SocketLookup(Optional.of(misspelt))))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no network namespace " + misspelt + ", did you mean");
      assertThatThrownBy(
              () -> object.attach("counter", new SocketLookup(Optional.of(Path.of("/etc/passwd")))))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("/etc/passwd is no network namespace");
      assertThatThrownBy(() -> other.attach("counter", far()))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("is of type SOCKET_FILTER, not SK_LOOKUP");
    }
  }
}
