package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.Sockets;
import io.waggle.linux.SystemCallException;

/**
 * The packets that one socket is to receive: the program says how many bytes of each it gets, 0 to
 * drop it. {@link PacketFilter} makes a socket for the packets of an interface.
 *
 * @param socket its descriptor, which remains the caller's; {@link Sockets#of} finds that of a Java
 *     channel
 */
public record SocketFilter(Fd socket) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.SOCKET_FILTER);
    return Attempt.at(
        this,
        () -> {
          Sockets.attachFilter(socket, program.fd());
          return new SocketLink(socket.duplicate(), Sockets::detachFilter);
        },
        SocketFilter::reason);
  }

  private static String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.ENOTSOCK -> "it is no socket";
      case Errno.EPERM -> "its filter is locked (SO_LOCK_FILTER)";
      default -> refused.getMessage();
    };
  }

  @Override
  public String toString() {
    return "socket " + socket;
  }
}
