package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The choice of the socket for a new connection or datagram that comes into a network namespace
 * (Linux 5.9): a program may give it to a socket that does not listen there. Several programs run
 * in the order of their attachment.
 *
 * @param namespace the file that stands for it, such as {@code /run/netns/NAME} or {@code
 *     /proc/PID/ns/net}; empty for the calling thread's own
 */
public record SocketLookup(Optional<Path> namespace) implements AttachPoint {

  /** In the calling thread's network namespace. */
  public SocketLookup() {
    this(Optional.empty());
  }

  @Override
  public HookLink attach(LoadedProgram program) {
    return hook().attach(this, program, ProgramType.SK_LOOKUP);
  }

  private NamespaceHook hook() {
    return new NamespaceHook(namespace, AttachType.SK_LOOKUP);
  }

  @Override
  public String toString() {
    return "socket lookup of " + hook();
  }
}
