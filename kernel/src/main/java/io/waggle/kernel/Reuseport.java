package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.Sockets;
import io.waggle.linux.SystemCallException;

/**
 * The choice among the sockets that share an address and port (SO_REUSEPORT): the program runs for
 * each new connection or datagram and selects one from a map of type REUSEPORT_SOCKARRAY. A program
 * of type SOCKET_FILTER returns the socket's number in the group instead.
 *
 * @param socket the descriptor of any of them, which remains the caller's; {@link Sockets#of} finds
 *     that of a Java channel
 */
public record Reuseport(Fd socket) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.SK_REUSEPORT, ProgramType.SOCKET_FILTER);
    return Attempt.at(
        this,
        () -> {
          Sockets.attachReuseport(socket, program.fd());
          return new SocketLink(socket.duplicate(), Sockets::detachReuseport);
        },
        Reuseport::reason);
  }

  private static String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.ENOTSOCK -> "it is no socket";
      case Errno.EINVAL -> "it does not share its port: set SO_REUSEPORT before it is bound";
      case Errno.ENOTSUPP, Errno.EOPNOTSUPP -> "sockets of its kind do not share ports";
      default -> refused.getMessage();
    };
  }

  @Override
  public String toString() {
    return "the port group of socket " + socket;
  }
}
