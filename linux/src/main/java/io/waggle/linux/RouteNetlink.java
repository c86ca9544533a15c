package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A conversation with the kernel's networking by rtnetlink(7), in the network namespace of the
 * thread that opened it, which the socket keeps alive. Threads take turns.
 */
final class RouteNetlink implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int CLOEXEC = 0x80000;
  private static final int ROUTE = 0; // NETLINK_ROUTE
  private static final int SOL_NETLINK = 270;
  private static final int CAP_ACK = 10;
  private static final int EXT_ACK = 11;
  private static final int TRUNC = 0x20; // MSG_TRUNC: answer the whole length

  private static final int ADDRESS_BYTES = 12; // struct sockaddr_nl; zeros name the kernel
  private static final int MOST_BYTES = 1 << 16; // the kernel builds dumps in parts of 32 KB

  private final Fd fd;
  private int sequence;

  private RouteNetlink(Fd fd) {
    this.fd = fd;
  }

  /**
   * @throws SystemCallException EAFNOSUPPORT, EPROTONOSUPPORT for a kernel without networking
   */
  static RouteNetlink open() {
    long number = Native.call(Syscall.SOCKET, AF_NETLINK, SOCK_RAW | CLOEXEC, ROUTE);
    if (number < 0) {
      throw SystemCallException.of("socket", "AF_NETLINK, NETLINK_ROUTE", number);
    }
    RouteNetlink netlink = new RouteNetlink(new Fd(number));
    // Both only improve error messages; kernels before 4.3 and 4.12 do without.
    netlink.enable(CAP_ACK);
    netlink.enable(EXT_ACK);
    return netlink;
  }

  private void enable(int option) {
    long on = Native.attributes().u32(0, 1).address();
    Native.call(Syscall.SETSOCKOPT, fd.number(), SOL_NETLINK, option, on, 4, 0);
  }

  /**
   * Sends a request and reads the answer to its end.
   *
   * @throws SystemCallException when the kernel refuses, with its own words if it has any
   */
  synchronized List<NetlinkMessage> ask(NetlinkRequest request) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(MOST_BYTES, 8);
      send(request, arena);
      List<NetlinkMessage> answers = new ArrayList<>();
      while (!ended(request, receive(request, buffer), answers)) {
        continue;
      }
      return answers;
    }
  }

  private void send(NetlinkRequest request, Arena arena) {
    MemorySegment kernel = arena.allocate(ADDRESS_BYTES, 4);
    kernel.set(JAVA_INT, 0, AF_NETLINK); // family, then two bytes of padding
    MemorySegment message = arena.allocateFrom(JAVA_BYTE, request.bytes(++sequence));
    long sent =
        Native.call(
            Syscall.SENDTO,
            fd.number(),
            message.address(),
            message.byteSize(),
            0,
            kernel.address(),
            ADDRESS_BYTES);
    if (sent < 0) {
      throw SystemCallException.of("sendto", request.what(), sent, Capability.NET_ADMIN);
    }
  }

  private boolean ended(
      NetlinkRequest request, List<NetlinkMessage> received, List<NetlinkMessage> answers) {
    for (NetlinkMessage message : received) {
      if (message.sequence() != sequence) {
        continue; // what is left of a dump that was given up
      }
      if (message.type() == NetlinkMessage.ERROR || message.type() == NetlinkMessage.DONE) {
        // An empty end of a dump is success too.
        int error = message.payload().limit() < 4 ? 0 : message.error();
        if (error < 0) {
          throw refused(request, error, message.explanation());
        }
        return true;
      }
      answers.add(message);
    }
    return false;
  }

  private static SystemCallException refused(
      NetlinkRequest request, int error, Optional<String> explanation) {
    if (explanation.isEmpty() || error == -Errno.EPERM || error == -Errno.EACCES) {
      return SystemCallException.of("netlink", request.what(), error, Capability.NET_ADMIN);
    }
    return new SystemCallException(
        "netlink", request.what(), -error, "; the kernel says: " + explanation.get());
  }

  private List<NetlinkMessage> receive(NetlinkRequest request, MemorySegment buffer) {
    long length;
    do {
      length =
          Native.call(Syscall.RECVFROM, fd.number(), buffer.address(), MOST_BYTES, TRUNC, 0, 0);
    } while (length == -Errno.EINTR);
    if (length < 0) {
      throw SystemCallException.of("recvfrom", request.what(), length);
    }
    if (length > MOST_BYTES) {
      throw new NetlinkFormatException(
          request.what() + ": an answer of " + length + " bytes, more than " + MOST_BYTES);
    }
    return NetlinkMessage.read(ByteBuffer.wrap(buffer.asSlice(0, length).toArray(JAVA_BYTE)));
  }

  @Override
  public void close() {
    fd.close();
  }
}
