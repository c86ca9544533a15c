package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.formats.btf.BtfKind;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.ProgramLoad;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.util.OptionalInt;

/**
 * Asks for links, to learn which ones a kernel has: to places that do not exist, or to functions
 * that only the kernel's own tests call.
 */
final class LinkTrial {
  private static final int NO_SUCH_FAMILY = 99;

  private final KernelTypes types;

  LinkTrial(KernelTypes types) {
    this.types = types;
  }

  /** Raw tracepoints: a kernel that has them looks for the name. */
  static boolean rawTracepoint() {
    try (Fd program = load(ProgramType.RAW_TRACEPOINT, 0, 0);
        Fd link = BpfLink.rawTracepoint(program, "no such tracepoint")) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return answered(refused, Errno.ENOENT);
    }
  }

  /** Links of control groups, network namespaces and sockets: the target is looked for first. */
  static boolean toDescriptor(ProgramType type, AttachType attach) {
    return toDescriptor(type, attach, 0);
  }

  /** As {@link #toDescriptor(ProgramType, AttachType)}, with flags that the kernel must know. */
  static boolean toDescriptor(ProgramType type, AttachType attach, int flags) {
    try (Fd program = load(type, attach.id(), 0);
        Fd link = BpfLink.create(program, -1, attach.id(), flags)) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return answered(refused, Errno.EBADF);
    }
  }

  /** Netfilter: the family is looked at first. */
  static boolean netfilter() {
    try (Fd program = load(ProgramType.NETFILTER, AttachType.NETFILTER.id(), 0);
        Fd link = BpfLink.netfilter(program, NO_SUCH_FAMILY, 0, 0, 0)) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return answered(refused, Errno.EAFNOSUPPORT);
    }
  }

  /** Typed tracepoints are there when a program for one can be loaded. */
  boolean typedTracepoint() {
    OptionalInt type = find(BtfKind.TYPEDEF, "btf_trace_sched_switch");
    return type.isPresent() && isLoaded(AttachType.TRACE_RAW_TP, type.getAsInt());
  }

  private static boolean isLoaded(AttachType attach, int type) {
    try (Fd program = load(ProgramType.TRACING, attach.id(), type)) {
      return program.isOpen();
    } catch (SystemCallException refused) {
      return answered(refused);
    }
  }

  /** Attaches for a moment to a function that nothing but BPF_PROG_TEST_RUN calls. */
  boolean trampoline(AttachType attach, String function) {
    OptionalInt type = find(BtfKind.FUNC, function);
    if (type.isEmpty()) {
      return false;
    }
    try (Fd program = load(ProgramType.TRACING, attach.id(), type.getAsInt());
        Fd link = BpfLink.rawTracepoint(program, "")) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return answered(refused);
    }
  }

  /** Makes a link that is never read. */
  boolean iterator() {
    OptionalInt type = find(BtfKind.FUNC, "bpf_iter_task");
    if (type.isEmpty()) {
      return false;
    }
    try (Fd program = load(ProgramType.TRACING, AttachType.TRACE_ITER.id(), type.getAsInt());
        Fd link = BpfLink.create(program, 0, AttachType.TRACE_ITER.id(), 0)) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return answered(refused);
    }
  }

  private OptionalInt find(int kind, String name) {
    try {
      return types.kernel().find(kind, name);
    } catch (MissingTypesException none) {
      return OptionalInt.empty();
    }
  }

  private static Fd load(ProgramType type, int attach, int kernelType) {
    try (Arena arena = Arena.ofConfined()) {
      return BpfProgram.load(
          new ProgramLoad(type.id(), "probe", arena.allocateFrom(JAVA_LONG, ProgramTrial.NOTHING))
              .expectedAttachType(attach)
              .attachTo(kernelType, 0));
    }
  }

  /** True for the errno that only a kernel with the feature answers. */
  private static boolean answered(SystemCallException refused, int... errnos) {
    // That the process lacks a capability is no answer; that a kernel forbids it to all is one.
    if (refused instanceof PermissionDeniedException denied && !denied.missing().isEmpty()) {
      throw denied;
    }
    for (int errno : errnos) {
      if (refused.errno() == errno) {
        return true;
      }
    }
    return false;
  }
}
