package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs on sockets by setsockopt(2), and the descriptors of Java's sockets. */
public final class Sockets {
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_DETACH_FILTER = 27;
  private static final int SO_ATTACH_BPF = 50;
  private static final int SO_ATTACH_REUSEPORT_EBPF = 52;
  private static final int SO_DETACH_REUSEPORT_BPF = 68; // Linux 5.3
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int ADDRESS_BYTES = 128; // struct sockaddr_storage

  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Sockets() {}

  /**
   * Lets a program decide which packets the socket gets, and how much of each.
   *
   * @throws SystemCallException EINVAL for a program of another type, EPERM for a locked filter
   */
  public static void attachFilter(Fd socket, Fd program) {
    set(socket, SO_ATTACH_BPF, program.number(), "SO_ATTACH_BPF");
  }

  /**
   * Removes the socket's filter.
   *
   * @throws SystemCallException ENOENT when it has none
   */
  public static void detachFilter(Fd socket) {
    set(socket, SO_DETACH_FILTER, 0, "SO_DETACH_FILTER");
  }

  /** Lets a program choose among the sockets that share a port with this one. */
  public static void attachReuseport(Fd socket, Fd program) {
    set(socket, SO_ATTACH_REUSEPORT_EBPF, program.number(), "SO_ATTACH_REUSEPORT_EBPF");
  }

  /**
   * Removes that program (Linux 5.3).
   *
   * @throws SystemCallException ENOENT when there is none
   */
  public static void detachReuseport(Fd socket) {
    set(socket, SO_DETACH_REUSEPORT_BPF, 0, "SO_DETACH_REUSEPORT_BPF");
  }

  private static void set(Fd socket, int option, int value, String word) {
    long memory = Native.attributes().u32(0, value).address();
    long result =
        Native.call(Syscall.SETSOCKOPT, socket.number(), SOL_SOCKET, option, memory, 4, 0);
    if (result < 0) {
      throw SystemCallException.of("setsockopt", socket + ", " + word, result, Capability.BPF);
    }
  }

  /**
   * A descriptor of a Java channel's socket, which the caller closes on its own. Java does not tell
   * the number, so this process's descriptors are searched for a socket with the channel's
   * addresses.
   *
   * @throws IllegalArgumentException for a channel that is bound to no address
   */
  public static Fd of(NetworkChannel channel) {
    try {
      SocketAddress local = channel.getLocalAddress();
      if (local == null) {
        throw new IllegalArgumentException("the channel is not bound to an address yet");
      }
      Optional<SocketAddress> remote =
          switch (channel) {
            case SocketChannel stream -> Optional.ofNullable(stream.getRemoteAddress());
            case DatagramChannel datagram -> Optional.ofNullable(datagram.getRemoteAddress());
            default -> Optional.empty();
          };
      int type = channel instanceof DatagramChannel ? SOCK_DGRAM : SOCK_STREAM;
      return find(type, local, remote);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot find the channel's socket", failure);
    }
  }

  private static Fd find(int type, SocketAddress local, Optional<SocketAddress> remote)
      throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        int number = Integer.parseInt(each.getFileName().toString());
        if (type(number) == type
            && address(Syscall.GETSOCKNAME, number).filter(local::equals).isPresent()
            && address(Syscall.GETPEERNAME, number).equals(remote)) {
          return Fd.duplicate(number);
        }
      }
    }
    throw new IllegalArgumentException("the channel is closed, or not a socket of this process");
  }

  /** Stream or datagram; 0 for what is no socket. */
  private static int type(int number) {
    Attributes memory = Native.attributes().u32(8, 4);
    long value = memory.address();
    long result = Native.call(Syscall.GETSOCKOPT, number, SOL_SOCKET, SO_TYPE, value, value + 8, 0);
    return result < 0 ? 0 : memory.u32(0);
  }

  private static Optional<SocketAddress> address(Syscall which, int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
      MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_BYTES);
      long result = Native.call(which, number, address.address(), size.address());
      return result < 0
          ? Optional.empty()
          : address(address.asSlice(0, size.get(ValueLayout.JAVA_INT, 0)));
    }
  }

  private static Optional<SocketAddress> address(MemorySegment bytes) {
    try {
      return switch (bytes.byteSize() < 2 ? 0 : bytes.get(JAVA_SHORT, 0)) {
        case AF_INET -> Optional.of(internet(bytes, bytes.asSlice(4, 4)));
        case AF_INET6 -> Optional.of(internet(bytes, bytes.asSlice(8, 16)));
        case AF_UNIX -> Optional.of(UnixDomainSocketAddress.of(path(bytes.asSlice(2))));
        default -> Optional.empty();
      };
    } catch (UnknownHostException impossible) {
      throw new UncheckedIOException(impossible); // the length is right
    }
  }

  private static InetSocketAddress internet(MemorySegment bytes, MemorySegment host)
      throws UnknownHostException {
    int port = Short.toUnsignedInt(bytes.get(PORT, 2));
    return new InetSocketAddress(InetAddress.getByAddress(host.toArray(JAVA_BYTE)), port);
  }

  private static String path(MemorySegment bytes) {
    int length = 0;
    while (length < bytes.byteSize() && bytes.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return new String(bytes.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }
}
