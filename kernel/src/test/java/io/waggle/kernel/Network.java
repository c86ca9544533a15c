package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.NetworkNamespace;
import io.waggle.testing.VethPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Two namespaces with a cable between, entered by the test's threads to send and to attach. */
final class Network implements AutoCloseable {
  static final int PORT = 7700;

  private final VethPair pair = VethPair.create();

  VethPair pair() {
    return pair;
  }

  <T> T near(Supplier<T> action) {
    return in(pair.near(), action);
  }

  <T> T far(Supplier<T> action) {
    return in(pair.far(), action);
  }

  private static <T> T in(Path namespace, Supplier<T> action) {
    try (NetworkNamespace open = NetworkNamespace.open(namespace)) {
      return open.inside(action);
    }
  }

  /** Sends datagrams from near to far, where nobody need listen. */
  void send(int count) {
    send(count, VethPair.FAR_ADDRESS);
  }

  /** Sends datagrams from near. */
  void send(int count, String address) {
    near(
        () -> {
          try (DatagramSocket socket = new DatagramSocket()) {
            byte[] text = "waggle".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            InetAddress to = InetAddress.getByName(address);
            for (int i = 0; i < count; i++) {
              socket.send(new DatagramPacket(text, text.length, to, PORT));
            }
            return count;
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        });
  }

  /** Sends one datagram from near to a listener in far; whether it arrives within a second. */
  boolean arrives() {
    try (DatagramSocket listener = far(Network::listener)) {
      send(1);
      DatagramPacket packet = new DatagramPacket(new byte[64], 64);
      listener.receive(packet);
      return packet.getLength() == 6;
    } catch (java.net.SocketTimeoutException lost) {
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static DatagramSocket listener() {
    try {
      DatagramSocket socket = new DatagramSocket(new InetSocketAddress(VethPair.FAR_ADDRESS, PORT));
      socket.setSoTimeout(1000);
      return socket;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Sends until the program of {@link #counter} has run that often. */
  void sendUntilCounted(LoadedObject object, int hits) {
    long wanted = Code.hits(object) + hits;
    while (Code.hits(object) < wanted) {
      send(1);
    }
  }

  /** A program that counts its runs and returns a number. */
  static BpfObject counter(ProgramType type, AttachType attach, int returned) {
    return counter(type, Optional.of(attach), returned);
  }

  static BpfObject counter(ProgramType type, Optional<AttachType> attach, int returned) {
    return Code.object(spec(type, attach, returned), Code.HITS);
  }

  private static ProgramSpec spec(ProgramType type, Optional<AttachType> attach, int returned) {
    Code code = new Code().count().move(io.waggle.bpf.Register.R0, returned);
    return Code.program("counter", type, attach, code.exit());
  }

  @Override
  public void close() {
    pair.close();
  }
}
