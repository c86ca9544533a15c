package io.waggle.kernel;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.Epoll;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.PacketSocket;
import io.waggle.linux.Sockets;
import io.waggle.linux.SystemCallException;
import java.time.Duration;
import java.util.Optional;

/**
 * Copies of the packets of an interface, in and out, for a socket of this process: the program says
 * how many bytes of each are copied, 0 for none. The packets go their way untouched.
 *
 * @param device the interface's name, or its number, in the calling thread's network namespace
 */
public record PacketFilter(String device) implements AttachPoint {

  @Override
  public Capture attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.SOCKET_FILTER);
    NetworkDevice found = Devices.find(device);
    return Attempt.at(this, () -> capture(program, found), SystemCallException::getMessage);
  }

  /** The filter goes in before the first packet comes. */
  private static Capture capture(LoadedProgram program, NetworkDevice device) {
    PacketSocket socket = PacketSocket.open();
    try {
      Sockets.attachFilter(socket.fd(), program.fd());
      socket.bind(device);
      return new Capture(socket);
    } catch (RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }

  /** An attached filter and the packets that it lets through. One thread at a time reads. */
  public static final class Capture implements Link {
    private final PacketSocket socket;
    private final Epoll epoll = new Epoll();

    private Capture(PacketSocket socket) {
      this.socket = socket;
      epoll.add(socket.fd(), 0);
    }

    /**
     * The next packet, from its link layer's header on, as much of it as the program said.
     *
     * @param wait how long at most; empty when none has come by then
     * @throws SystemCallException ENETDOWN, once, when the interface is down or gone
     */
    public Optional<byte[]> next(Duration wait) {
      long deadline = System.nanoTime() + wait.toNanos();
      while (true) {
        Optional<byte[]> packet = socket.read();
        long left = deadline - System.nanoTime();
        if (packet.isPresent() || left <= 0) {
          return packet;
        }
        epoll.await((int) Math.min(Integer.MAX_VALUE, left / 1_000_000 + 1));
      }
    }

    /** How many packets have been lost so far because they were not read fast enough. */
    public long lost() {
      return socket.lost();
    }

    @Override
    public boolean isAttached() {
      return socket.fd().isOpen();
    }

    @Override
    public void close() {
      if (socket.fd().isOpen()) {
        epoll.close();
        socket.close();
      }
    }
  }

  @Override
  public String toString() {
    return "packets of " + device;
  }
}
