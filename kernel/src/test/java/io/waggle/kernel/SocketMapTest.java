package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.linux.Fd;
import io.waggle.linux.Sockets;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs on the sockets of a map: one connection of this process to itself. */
@RequiresBpf
class SocketMapTest {
  private static final int DROP = 0;
  private static final int PASS = 1;

  private final Kernel kernel = Kernel.host();
  private ServerSocketChannel listener;
  private SocketChannel sender;
  private SocketChannel receiver;

  @BeforeEach
  void connect() throws IOException {
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    sender = SocketChannel.open(listener.getLocalAddress());
    receiver = listener.accept();
  }

  @AfterEach
  void disconnect() throws IOException {
    sender.close();
    receiver.close();
    listener.close();
  }

  private static BpfObject object(MapType type, ProgramType program, AttachType hook, int verdict) {
    Code code = new Code().count().move(Register.R0, verdict);
    return new BpfObject(
        "GPL",
        List.of(Code.HITS, new MapSpec("sockets", type, 4, 4, 2)),
        List.of(
            Code.program("counter", program, Optional.of(hook), code.exit()),
            Code.program(
                "parser",
                ProgramType.SK_SKB,
                Optional.of(AttachType.SK_SKB_STREAM_PARSER),
                wholeMessage())));
  }

  /** What has come is a message: the length, which the context begins with. */
  private static List<Instruction> wholeMessage() {
    Instruction length = new Instruction.Load(Size.WORD, false, Register.R0, Register.R1, 0);
    return new Code().add(length).exit();
  }

  private static void put(LoadedObject object, SocketChannel channel) {
    try (Fd socket = Sockets.of(channel)) {
      object.map("sockets").as(Codec.INT, Codec.INT).put(0, socket.number());
    }
  }

  private static void take(LoadedObject object) {
    object.map("sockets").as(Codec.INT, Codec.INT).remove(0);
  }

  private void send(String text) throws IOException {
    sender.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private String receive(int bytes) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(bytes);
    while (text.hasRemaining() && receiver.read(text) >= 0) {
      continue;
    }
    return new String(text.array(), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"SOCKMAP", "SOCKHASH"})
  void aVerdictPassesOrDropsWhatASocketReceives(MapType type) throws IOException {
    AttachType hook = AttachType.SK_SKB_VERDICT;
    try (LoadedObject object = kernel.load(object(type, ProgramType.SK_SKB, hook, PASS))) {
      Link link = object.attach("counter", new SocketMap(object.map("sockets")));
      put(object, receiver);
      send("one");
      assertThat(receive(3)).isEqualTo("one");
      assertThat(Code.hits(object)).isEqualTo(1);
      assertThat(link.isAttached()).isTrue();
      link.close();
      assertThat(link.isAttached()).isFalse();
      take(object); // until then it keeps the program
      send("two");
      assertThat(receive(3)).isEqualTo("two");
      assertThat(Code.hits(object)).isEqualTo(1);
    }
  }

  @Test
  void aDroppedMessageNeverComes() throws IOException {
    AttachType hook = AttachType.SK_SKB_VERDICT;
    try (LoadedObject object =
        kernel.load(object(MapType.SOCKMAP, ProgramType.SK_SKB, hook, DROP))) {
      Link link = object.attach("counter", new SocketMap(object.map("sockets")));
      put(object, receiver);
      send("gone");
      while (Code.hits(object) == 0) {
        Thread.onSpinWait();
      }
      link.close();
      take(object);
      send("came");
      assertThat(receive(4)).isEqualTo("came");
    }
  }

  @Test
  void aParserCutsTheStreamForAVerdict() throws IOException {
    AttachType hook = AttachType.SK_SKB_STREAM_VERDICT;
    try (LoadedObject object =
        kernel.load(object(MapType.SOCKMAP, ProgramType.SK_SKB, hook, PASS))) {
      object.attach("parser", new SocketMap(object.map("sockets")));
      object.attach("counter", new SocketMap(object.map("sockets")));
      put(object, receiver);
      send("three");
      assertThat(receive(5)).isEqualTo("three");
      assertThat(Code.hits(object)).isEqualTo(1);
    }
  }

  @Test
  void aMessageProgramMeetsWhatASocketSends() throws IOException {
    AttachType hook = AttachType.SK_MSG_VERDICT;
    try (LoadedObject object =
        kernel.load(object(MapType.SOCKMAP, ProgramType.SK_MSG, hook, DROP))) {
      Link link = object.attach("counter", new SocketMap(object.map("sockets")));
      put(object, sender);
      assertThatThrownBy(() -> send("no"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Permission denied");
      assertThat(Code.hits(object)).isPositive();
      link.close();
      take(object);
      send("yes");
      assertThat(receive(3)).isEqualTo("yes");
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    AttachType hook = AttachType.SK_SKB_VERDICT;
    BpfObject filter = Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), 0);
    try (LoadedObject object =
            kernel.load(object(MapType.SOCKMAP, ProgramType.SK_SKB, hook, PASS));
        LoadedObject other = kernel.load(filter)) {
      assertThatThrownBy(() -> object.attach("counter", new SocketMap(object.map("hits"))))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("map hits: it is of type ARRAY, not SOCKMAP or SOCKHASH");
      SocketMap place = new SocketMap(object.map("sockets"));
      assertThatThrownBy(() -> other.attach("counter", place))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("the sockets of map sockets")
          .hasMessageContaining("is of type SOCKET_FILTER, not SK_SKB or SK_MSG");
    }
  }
}
