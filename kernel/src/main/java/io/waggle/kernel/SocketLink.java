package io.waggle.kernel;

import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.util.function.Consumer;

/** A program that a socket holds; a copy of the descriptor keeps both until this is closed. */
final class SocketLink implements Link {
  private final Fd socket;
  private final Consumer<Fd> detach;

  SocketLink(Fd socket, Consumer<Fd> detach) {
    this.socket = socket;
    this.detach = detach;
  }

  @Override
  public boolean isAttached() {
    return socket.isOpen();
  }

  @Override
  public void close() {
    if (!socket.isOpen()) {
      return;
    }
    try {
      detach.accept(socket);
    } catch (SystemCallException refused) {
      // Somebody else has removed it, or the kernel is too old to (5.3, for SO_REUSEPORT).
      if (refused.errno() != Errno.ENOENT && refused.errno() != Errno.ENOPROTOOPT) {
        throw refused;
      }
    } finally {
      socket.close();
    }
  }
}
