package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.Errno;
import io.waggle.linux.NetworkNamespace;
import io.waggle.linux.SystemCallException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a network namespace takes packets apart to tell which flow they belong to. One program at a
 * time; that of the first namespace, if it has one, is everybody's.
 *
 * <p>Attached by a link. Kernels before 5.8 have none: there the namespace holds the program, and
 * it must be the calling thread's own.
 *
 * @param namespace the file that stands for it, such as {@code /run/netns/NAME} or {@code
 *     /proc/PID/ns/net}; empty for the calling thread's own
 */
public record FlowDissector(Optional<Path> namespace) implements AttachPoint {

  /** In the calling thread's network namespace. */
  public FlowDissector() {
    this(Optional.empty());
  }

  @Override
  public Link attach(LoadedProgram program) {
    if (program.features().has(Feature.NAMESPACE_LINK)) {
      return hook().attach(this, program, ProgramType.FLOW_DISSECTOR);
    }
    ProgramKind.require(this, program, ProgramType.FLOW_DISSECTOR);
    try (NetworkNamespace open = hook().open()) {
      return open.inside(
          () ->
              Attempt.at(this, () -> direct(program), refused -> hook().reason(program, refused)));
    }
  }

  private static Link direct(LoadedProgram program) {
    int type = AttachType.FLOW_DISSECTOR.id();
    BpfAttachment.attach(program.fd(), 0, type, 0, 0);
    return new Held(program, NetworkNamespace.current());
  }

  private NamespaceHook hook() {
    return new NamespaceHook(namespace, AttachType.FLOW_DISSECTOR);
  }

  /** What a namespace of an old kernel holds; asked and detached from inside. */
  private record Held(LoadedProgram program, NetworkNamespace namespace) implements Link {
    @Override
    public void close() {
      if (!namespace.fd().isOpen()) {
        return;
      }
      try {
        namespace.inside(
            () -> {
              BpfAttachment.detach(program.fd(), 0, AttachType.FLOW_DISSECTOR.id());
              return true;
            });
      } catch (SystemCallException refused) {
        if (refused.errno() != Errno.ENOENT) { // another has taken its place
          throw refused;
        }
      } finally {
        namespace.close();
      }
    }

    @Override
    public boolean isAttached() {
      return namespace.fd().isOpen();
    }
  }

  @Override
  public String toString() {
    return "flow dissector of " + hook();
  }
}
