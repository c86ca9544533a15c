package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;

/**
 * A program that a cgroup, map, device or namespace holds itself (BPF_PROG_ATTACH), not a link of
 * the kernel. A process that is killed leaves it behind.
 */
final class DirectLink implements Link {
  private final Fd target;
  private final Fd program;
  private final int id;
  private final AttachType hook;
  private boolean closed;

  /**
   * Takes over the open descriptor of the place, which the caller no longer closes.
   *
   * @param target of the place; the program's own where the hook has but one place, which the
   *     kernel finds by itself
   */
  DirectLink(Fd target, LoadedProgram program, AttachType hook) {
    this.target = target;
    this.program = program.fd();
    this.id = program.describe().id();
    this.hook = hook;
  }

  @Override
  public boolean isAttached() {
    if (closed) {
      return false;
    }
    try {
      return BpfAttachment.query(target.number(), hook.id(), false).programs().contains(id);
    } catch (SystemCallException unanswered) {
      // Sockmaps cannot be asked before Linux 5.18; nobody else detaches there.
      return unanswered.errno() == Errno.EINVAL;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (isAttached()) {
        BpfAttachment.detach(program, target.number(), hook.id());
      }
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.ENOENT && refused.errno() != Errno.ENODEV) { // just detached
        throw refused;
      }
    } finally {
      closed = true;
      target.close();
    }
  }
}
