package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.Fd;
import io.waggle.linux.Sockets;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
class SocketFilterTest {
  private static final int HEADER = 8; // a filter meets datagrams with their UDP header

  private final Kernel kernel = Kernel.host();

  private LoadedObject load(int bytes) {
    return kernel.load(Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), bytes));
  }

  @ParameterizedTest
  @EnumSource(
      value = StandardProtocolFamily.class,
      names = {"INET", "INET6"})
  void aSocketGetsWhatTheProgramLetsThrough(StandardProtocolFamily family) throws IOException {
    InetAddress loopback =
        InetAddress.getByName(family == StandardProtocolFamily.INET ? "127.0.0.1" : "::1");
    try (DatagramChannel channel =
            DatagramChannel.open(family).bind(new InetSocketAddress(loopback, 0));
        Fd socket = Sockets.of(channel);
        LoadedObject none = load(0);
        LoadedObject two = load(HEADER + 2)) {
      Link link = none.attach("counter", new SocketFilter(socket));
      send(channel, "lost");
      assertThat(Code.hits(none)).isEqualTo(1);
      link.close();
      assertThat(link.isAttached()).isFalse();
      link.close();
      send(channel, "whole");
      two.attach("counter", new SocketFilter(socket));
      send(channel, "cut");
      ByteBuffer text = ByteBuffer.allocate(16);
      channel.receive(text);
      assertThat(text.position()).isEqualTo(5);
      text.clear();
      channel.receive(text);
      assertThat(text.position()).isEqualTo(2);
    }
  }

  private static void send(DatagramChannel channel, String text) throws IOException {
    channel.send(
        ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), channel.getLocalAddress());
  }

  @Test
  void whatIsNoSocketIsRefused() {
    try (LoadedObject object = load(0);
        LoadedObject other = kernel.load(Network.counter(ProgramType.XDP, AttachType.XDP, 0));
        Fd file = Fd.open(Path.of("/dev/null"))) {
      assertThatThrownBy(() -> object.attach("counter", new SocketFilter(file)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("it is no socket");
      assertThatThrownBy(() -> other.attach("counter", new SocketFilter(file)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("is of type XDP, not SOCKET_FILTER");
    }
  }

  @Test
  void aChannelWithoutAnAddressHasNoDescriptorToFind() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      assertThatThrownBy(() -> Sockets.of(channel))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not bound");
    }
  }
}
