package io.waggle.linux;

import java.nio.file.Path;
import java.util.function.Supplier;

/** A network namespace, held open: as long as it is, the namespace lives. */
public final class NetworkNamespace implements AutoCloseable {
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");
  private static final int CLONE_NEWNET = 0x40000000;

  private final Fd fd;
  private final String name;

  private NetworkNamespace(Fd fd, String name) {
    this.fd = fd;
    this.name = name;
  }

  /**
   * Opens a namespace by a file that stands for it, such as {@code /run/netns/NAME} or {@code
   * /proc/PID/ns/net}.
   *
   * @throws SystemCallException ENOENT when there is no such file
   */
  public static NetworkNamespace open(Path file) {
    return new NetworkNamespace(Fd.open(file), file.toString());
  }

  /** The namespace of the calling thread. */
  public static NetworkNamespace current() {
    return open(OWN);
  }

  /** The open descriptor; remains this object's. */
  public Fd fd() {
    return fd;
  }

  /**
   * Does something inside: sockets that it makes and interfaces that it asks for are this
   * namespace's. Only the calling thread moves, and it comes back; it must be a platform thread.
   *
   * @throws PermissionDeniedException without CAP_SYS_ADMIN
   * @throws SystemCallException EINVAL when the file stood for no network namespace
   */
  public <T> T inside(Supplier<T> action) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread does not own the thread it runs on");
    }
    try (NetworkNamespace before = current()) {
      enter(this);
      try {
        return action.get();
      } finally {
        enter(before);
      }
    }
  }

  private static void enter(NetworkNamespace namespace) {
    long result = Native.call(Syscall.SETNS, namespace.fd.number(), CLONE_NEWNET);
    if (result < 0) {
      throw SystemCallException.of("setns", namespace.name, result, Capability.SYS_ADMIN);
    }
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return "network namespace " + name;
  }
}
