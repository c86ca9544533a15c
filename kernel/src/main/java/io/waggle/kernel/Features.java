package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfMap;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.BpfTestRun;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.MapAttributes;
import io.waggle.linux.Mapping;
import io.waggle.linux.ProgramLoad;
import io.waggle.linux.ProgramLoadException;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Asks the running kernel for features, each once. */
final class Features {
  private static final long RETURN_0 = 0xb7L;
  private static final long EXIT = 0x95L;
  private static final int BPF_LOOP = 181;

  private final KernelTypes types;
  private final Boolean[] known = new Boolean[Feature.values().length];

  Features(KernelTypes types) {
    this.types = types;
  }

  synchronized boolean has(Feature feature) {
    Boolean answer = known[feature.ordinal()];
    if (answer == null) {
      answer = probe(feature);
      known[feature.ordinal()] = answer;
    }
    return answer;
  }

  private boolean probe(Feature feature) {
    return switch (feature) {
      case RAW_TRACEPOINT -> LinkTrial.rawTracepoint();
      case TYPED_TRACEPOINT -> new LinkTrial(types).typedTracepoint();
      case FENTRY -> new LinkTrial(types).trampoline(AttachType.TRACE_FENTRY, "bpf_fentry_test1");
      case MODIFY_RETURN ->
          new LinkTrial(types).trampoline(AttachType.MODIFY_RETURN, "bpf_modify_return_test");
      case ITERATOR -> new LinkTrial(types).iterator();
      case CGROUP_LINK ->
          LinkTrial.toDescriptor(ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS);
      case NAMESPACE_LINK ->
          LinkTrial.toDescriptor(ProgramType.FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR);
      case SOCKET_MAP_LINK -> LinkTrial.toDescriptor(ProgramType.SK_MSG, AttachType.SK_MSG_VERDICT);
      case NETFILTER_LINK -> LinkTrial.netfilter();
      case UPROBES -> hasSource("uprobe");
      case KPROBES -> hasSource("kprobe");
      case MAP_BATCHES -> mapBatches();
      case RING_BUFFER -> ringBuffer();
      case RUN_RAW_TRACEPOINT -> runRawTracepoint();
      case PERF_EVENT_LINK -> perfEventLink();
      case CGROUP_ORDER ->
          LinkTrial.toDescriptor(
              ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS, BpfAttachment.BEFORE);
      case LOOP -> helper(BPF_LOOP);
      case SYSCALL_WRAPPER -> syscallWrapper();
      case KPROBE_MULTI -> kprobeMulti(AttachType.TRACE_KPROBE_MULTI);
      case UPROBE_MULTI -> uprobeMulti(AttachType.TRACE_UPROBE_MULTI);
      case TCX -> asksForInterface(AttachType.TCX_INGRESS);
      case NETKIT -> asksForInterface(AttachType.NETKIT_PRIMARY);
      case KPROBE_SESSION -> kprobeMulti(AttachType.TRACE_KPROBE_SESSION);
      case UPROBE_SESSION -> uprobeMulti(AttachType.TRACE_UPROBE_SESSION);
    };
  }

  private static boolean hasSource(String name) {
    return Files.exists(Path.of("/sys/bus/event_source/devices", name));
  }

  /** Wrapped system calls are functions with a prefix for the architecture. */
  private static boolean syscallWrapper() {
    Set<String> names = Set.of("__x64_sys_bpf", "__arm64_sys_bpf");
    return !KernelAddresses.find(names).isEmpty();
  }

  private static boolean ringBuffer() {
    try (BpfMap map =
        BpfMap.create(new MapAttributes(MapType.RINGBUF.id(), "probe", 0, 0, Mapping.pageSize()))) {
      return map.fd().isOpen();
    } catch (SystemCallException refused) {
      return absent(refused, Errno.EINVAL);
    }
  }

  private static boolean mapBatches() {
    try (Arena arena = Arena.ofConfined();
        BpfMap map = BpfMap.create(new MapAttributes(MapType.HASH.id(), "probe", 4, 4, 1))) {
      MemorySegment memory = arena.allocate(8, 8);
      return map.lookupBatch(MemorySegment.NULL, memory, memory, memory, 1).last();
    } catch (SystemCallException refused) {
      return absent(refused, Errno.EINVAL);
    }
  }

  private static boolean runRawTracepoint() {
    try (Fd program = load(ProgramType.RAW_TRACEPOINT, 0, RETURN_0, EXIT)) {
      return BpfTestRun.run(program, BpfTestRun.Request.EMPTY).returned() == 0;
    } catch (SystemCallException refused) {
      return absent(refused, Errno.EINVAL, Errno.ENOTSUPP);
    }
  }

  /** A kernel that has them looks for the event and finds a bad descriptor. */
  private static boolean perfEventLink() {
    try (Fd program = load(ProgramType.TRACEPOINT, 0, RETURN_0, EXIT);
        Fd link = BpfLink.create(program, -1, AttachType.PERF_EVENT.id(), 0)) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return refused.errno() == Errno.EBADF || absent(refused, Errno.EINVAL);
    }
  }

  /** A kernel that has the hook looks for the interface and finds that there is none. */
  private static boolean asksForInterface(AttachType type) {
    try {
      return BpfAttachment.query(Integer.MAX_VALUE, type.id(), false).programs().isEmpty();
    } catch (SystemCallException refused) {
      return refused.errno() == Errno.ENODEV || absent(refused, Errno.EINVAL);
    }
  }

  /** A kernel that has them looks for the file and finds that it is none. */
  private static boolean uprobeMulti(AttachType type) {
    try (Fd program = load(ProgramType.KPROBE, type.id(), RETURN_0, EXIT);
        Fd link =
            BpfLink.uprobeMulti(
                program, type.id(), "/", new long[1], new long[0], new long[0], false, 0)) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return refused.errno() == Errno.EBADF || absent(refused, Errno.EINVAL, Errno.EOPNOTSUPP);
    }
  }

  /** A kernel that has them reads the functions' addresses, and finds a bad pointer. */
  private static boolean kprobeMulti(AttachType type) {
    try (Fd program = load(ProgramType.KPROBE, type.id(), RETURN_0, EXIT);
        Fd link = BpfLink.kprobeMulti(program, type.id(), MemorySegment.ofAddress(8), 1)) {
      return link.isOpen();
    } catch (SystemCallException refused) {
      return refused.errno() == Errno.EFAULT
          || absent(refused, Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOTSUPP);
    }
  }

  /** The verifier refuses an unknown helper before it looks at the arguments. */
  private static boolean helper(int number) {
    long call = 0x85L | (long) number << 32;
    try (Fd program = load(ProgramType.RAW_TRACEPOINT, 0, call, EXIT)) {
      return program.isOpen();
    } catch (ProgramLoadException refused) {
      return !refused.log().contains("invalid func ") && !refused.log().contains("unknown func");
    }
  }

  private static Fd load(ProgramType type, int attachType, long... code) {
    try (Arena arena = Arena.ofConfined()) {
      return BpfProgram.load(
          new ProgramLoad(type.id(), "probe", arena.allocateFrom(JAVA_LONG, code))
              .expectedAttachType(attachType));
    }
  }

  /** False for an errno that tells the absence; any other failure is not an answer. */
  private static boolean absent(SystemCallException refused, int... errnos) {
    for (int errno : errnos) {
      if (refused.errno() == errno) {
        return false;
      }
    }
    throw refused;
  }
}
