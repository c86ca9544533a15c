package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A socket that is given a copy of each packet of an interface, in and out (packet(7)). Belongs to
 * the network namespace of the thread that opened it. One thread at a time reads.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int CLOEXEC = 0x80000;
  private static final int ALL_PROTOCOLS = 3; // ETH_P_ALL
  private static final int ADDRESS_BYTES = 20; // struct sockaddr_ll
  private static final int SOL_PACKET = 263;
  private static final int STATISTICS = 6;
  private static final int DONT_WAIT = 0x40;
  private static final int TRUNC = 0x20; // MSG_TRUNC: answer the whole length
  private static final int MOST_BYTES = 1 << 16; // what segmentation offload makes, at most

  private final Fd fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(MOST_BYTES);
  private long lost;

  private PacketSocket(Fd fd) {
    this.fd = fd;
  }

  /**
   * Opens a socket that gets nothing until {@link #bind}.
   *
   * @throws PermissionDeniedException without CAP_NET_RAW
   */
  public static PacketSocket open() {
    long number = Native.call(Syscall.SOCKET, AF_PACKET, SOCK_RAW | CLOEXEC, 0);
    if (number < 0) {
      throw SystemCallException.of("socket", "AF_PACKET, SOCK_RAW", number, Capability.NET_RAW);
    }
    return new PacketSocket(new Fd(number));
  }

  /** The open descriptor; remains this object's. */
  public Fd fd() {
    return fd;
  }

  /** From now on packets of that interface come. */
  public void bind(NetworkDevice device) {
    // struct sockaddr_ll: family, protocol in network order, interface
    int protocol = bigEndian(ALL_PROTOCOLS);
    Attributes address =
        Native.attributes().u16(0, AF_PACKET).u16(2, protocol).u32(4, device.index());
    long result = Native.call(Syscall.BIND, fd.number(), address.address(), ADDRESS_BYTES);
    if (result < 0) {
      throw SystemCallException.of("bind", "AF_PACKET, " + device.name(), result);
    }
  }

  private static int bigEndian(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        ? Short.reverseBytes((short) value)
        : value;
  }

  /**
   * The next packet, if there is one, from its link layer's header on; never waits.
   *
   * @throws SystemCallException ENETDOWN when the interface is down or gone
   */
  public Optional<byte[]> read() {
    long length =
        Native.call(
            Syscall.RECVFROM, fd.number(), buffer.address(), MOST_BYTES, TRUNC | DONT_WAIT, 0, 0);
    if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
      return Optional.empty();
    }
    if (length < 0) {
      throw SystemCallException.of("recvfrom", "AF_PACKET", length);
    }
    return Optional.of(buffer.asSlice(0, Math.min(length, MOST_BYTES)).toArray(JAVA_BYTE));
  }

  /** How many packets have found the socket's queue full since it was opened. */
  public long lost() {
    Attributes memory = Native.attributes().u32(16, 8);
    long value = memory.address();
    long result =
        Native.call(Syscall.GETSOCKOPT, fd.number(), SOL_PACKET, STATISTICS, value, value + 16, 0);
    if (result < 0) {
      throw SystemCallException.of("getsockopt", "PACKET_STATISTICS", result);
    }
    lost += Integer.toUnsignedLong(memory.u32(4)); // asking sets the kernel's counter to 0
    return lost;
  }

  @Override
  public void close() {
    if (fd.isOpen()) {
      fd.close();
      arena.close();
    }
  }
}
