package io.waggle.linux;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * Attaching programs by bpf(2). A link belongs to the descriptor answered: closing it detaches,
 * unless the link is pinned.
 */
public final class BpfLink {
  /** {@code enum bpf_attach_type}. */
  public static final int PERF_EVENT = 41;

  public static final int TRACE_KPROBE_MULTI = 42;
  public static final int TRACE_UPROBE_MULTI = 48;

  private static final int TRACE_ITER = 28;
  private static final int NETFILTER = 45;

  private static final int ITERATOR_TARGET_BYTES = 16; // union bpf_iter_link_info
  private static final int LINK_BYTES = 64; // up to and with uprobe_multi.pid
  private static final int MULTI_RETURN = 1; // BPF_F_UPROBE_MULTI_RETURN
  private static final int DESCRIPTION_BYTES = 64; // struct bpf_link_info

  private BpfLink() {}

  /**
   * Attaches a program to a perf event (Linux 5.15; before, {@link PerfEvent#attach}).
   *
   * @param cookie what {@code bpf_get_attach_cookie} answers in the program
   */
  public static Fd perfEvent(Fd program, Fd event, long cookie) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(4, event.number())
            .u32(8, PERF_EVENT)
            .u64(16, cookie);
    return create(attributes, 24, "perf event");
  }

  /**
   * Attaches a program to many places of one file by a single link (Linux 6.6). The program must
   * have been loaded for {@link #TRACE_UPROBE_MULTI}.
   *
   * @param attachType what the program was loaded for: {@link #TRACE_UPROBE_MULTI}, or its session
   *     form
   * @param path the executable or library
   * @param offsets file offsets of the places
   * @param refCounters file offsets of semaphores to raise, as many as offsets or none
   * @param cookies a cookie for each offset, or none
   * @param onReturn whether to run when the function at an offset returns
   * @param pid the process to trace, or 0 for all
   */
  public static Fd uprobeMulti(
      Fd program,
      int attachType,
      String path,
      long[] offsets,
      long[] refCounters,
      long[] cookies,
      boolean onReturn,
      int pid) {
    sameLength(offsets, refCounters, "semaphores");
    sameLength(offsets, cookies, "cookies");
    try (Arena arena = Arena.ofConfined()) {
      Attributes attributes =
          Native.attributes()
              .u32(0, program.number())
              .u32(8, attachType)
              .pointer(16, arena.allocateFrom(path))
              .pointer(24, Bpf.longs(arena, offsets))
              .pointer(32, Bpf.longs(arena, refCounters))
              .pointer(40, Bpf.longs(arena, cookies))
              .u32(48, offsets.length)
              .u32(52, onReturn ? MULTI_RETURN : 0)
              .u32(56, pid);
      return create(attributes, LINK_BYTES, "%d uprobes in %s".formatted(offsets.length, path));
    }
  }

  private static void sameLength(long[] offsets, long[] others, String what) {
    if (others.length != 0 && others.length != offsets.length) {
      throw new IllegalArgumentException(
          "%d offsets with %d %s".formatted(offsets.length, others.length, what));
    }
  }

  /**
   * Attaches to kernel functions by a single link (Linux 5.18, needs kprobes and fprobe).
   *
   * @param attachType what the program was loaded for: {@link #TRACE_KPROBE_MULTI}, or its session
   *     form
   * @param addresses of the functions
   * @param cookies a cookie for each, or none
   */
  public static Fd kprobeMulti(
      Fd program, int attachType, long[] addresses, long[] cookies, boolean onReturn) {
    sameLength(addresses, cookies, "cookies");
    try (Arena arena = Arena.ofConfined()) {
      Attributes attributes =
          Native.attributes()
              .u32(0, program.number())
              .u32(8, attachType)
              .u32(16, onReturn ? 1 : 0)
              .u32(20, addresses.length)
              .pointer(32, Bpf.longs(arena, addresses))
              .pointer(40, Bpf.longs(arena, cookies));
      return create(attributes, LINK_BYTES, addresses.length + " kernel functions");
    }
  }

  /** Asks for a link to functions whose addresses lie at any place, to learn how it is refused. */
  public static Fd kprobeMulti(Fd program, int attachType, MemorySegment addresses, int count) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(8, attachType)
            .u32(20, count)
            .u64(32, addresses.address());
    return create(attributes, LINK_BYTES, count + " kernel functions");
  }

  /**
   * Attaches a program of type tracing (fentry, fexit, …) to the place it was loaded for, with a
   * cookie (Linux 6.0; {@link #rawTracepoint} with an empty name does without).
   */
  public static Fd tracing(Fd program, int attachType, long cookie) {
    Attributes attributes =
        Native.attributes().u32(0, program.number()).u32(8, attachType).u64(24, cookie);
    return create(attributes, 32, "tracing program");
  }

  /** Attaches where nothing but a target and an attach type are needed: cgroups, interfaces, … */
  public static Fd create(Fd program, int target, int attachType, int flags) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(4, target)
            .u32(8, attachType)
            .u32(12, flags);
    return create(attributes, 24, "target " + target + ", attach type " + attachType);
  }

  /** Attaches an iterator to the elements of a map. */
  public static Fd iterateMap(Fd program, Fd map) {
    return iterate(program, map.number(), "map " + map);
  }

  /** Attaches an iterator to one thread, or to one process with all its threads (Linux 6.1). */
  public static Fd iterateTasks(Fd program, OptionalInt tid, OptionalInt pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(ITERATOR_TARGET_BYTES, 4);
      target.set(ValueLayout.JAVA_INT, 0, tid.orElse(0));
      target.set(ValueLayout.JAVA_INT, 4, pid.orElse(0));
      return iterate(program, target, "tasks");
    }
  }

  /**
   * Attaches an iterator to a tree of control groups (Linux 6.1).
   *
   * @param order {@code enum bpf_cgroup_iter_order}: 1 this one, 2 with all below it, 3 the same
   *     but those below come first, 4 with all above it
   * @param cgroup descriptor of its folder
   */
  public static Fd iterateCgroups(Fd program, int order, Fd cgroup) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(ITERATOR_TARGET_BYTES, 8);
      target.set(ValueLayout.JAVA_INT, 0, order);
      target.set(ValueLayout.JAVA_INT, 4, cgroup.number());
      return iterate(program, target, "control groups");
    }
  }

  private static Fd iterate(Fd program, int map, String what) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(ITERATOR_TARGET_BYTES, 4);
      target.set(ValueLayout.JAVA_INT, 0, map);
      return iterate(program, target, what);
    }
  }

  private static Fd iterate(Fd program, MemorySegment target, String what) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(8, TRACE_ITER)
            .pointer(16, target)
            .u32(24, Math.toIntExact(target.byteSize()));
    return create(attributes, 32, "iterator over " + what);
  }

  /**
   * Starts a walk of an attached iterator.
   *
   * @return what its program prints, which runs while the stream is read; closing it ends the walk
   */
  public static InputStream read(Fd link) {
    long fd = Bpf.call(Bpf.ITER_CREATE, Native.attributes().u32(0, link.number()), 8);
    if (fd < 0) {
      throw Bpf.failed("BPF_ITER_CREATE", fd, Capability.BPF);
    }
    return new FdInputStream(new Fd(fd));
  }

  /**
   * Attaches among other programs at a hook that keeps them in order: tcx (Linux 6.6), netkit
   * (6.7), cgroups (6.17).
   *
   * @param flags which {@link BpfAttachment} flags say what {@code relative} is
   * @param relative the number or descriptor of a program or link to stand beside, 0 for none
   * @param revision the hook's revision that must not have changed, 0 for any
   * @throws SystemCallException ESTALE when the hook has another revision
   */
  public static Fd createOrdered(
      Fd program, int target, int attachType, int flags, int relative, long revision) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(4, target)
            .u32(8, attachType)
            .u32(12, flags)
            .u32(16, relative)
            .u64(24, revision);
    return create(attributes, 32, "target " + target + ", attach type " + attachType);
  }

  /**
   * Attaches to a hook of netfilter (Linux 6.4) in the calling thread's network namespace.
   *
   * @param family NFPROTO_*
   * @param hook NF_INET_*
   * @param priority among the functions at the hook, the least first
   * @param flags 1: packets are put together from their fragments before (6.6)
   */
  public static Fd netfilter(Fd program, int family, int hook, int priority, int flags) {
    Attributes attributes =
        Native.attributes()
            .u32(0, program.number())
            .u32(8, NETFILTER)
            .u32(16, family)
            .u32(20, hook)
            .u32(24, priority)
            .u32(28, flags);
    return create(attributes, 32, "netfilter family " + family + ", hook " + hook);
  }

  private static Fd create(Attributes attributes, int size, String what) {
    long fd = Bpf.call(Bpf.LINK_CREATE, attributes, size);
    if (fd < 0) {
      throw Bpf.failed("BPF_LINK_CREATE, " + what, fd, Capability.BPF, Capability.PERFMON);
    }
    return new Fd(fd);
  }

  /**
   * Puts another program in the place of a link's present one, without a moment between.
   *
   * @throws SystemCallException EINVAL for a program of another type, ENOLINK when what the link
   *     was attached to has gone
   */
  public static void update(Fd link, Fd program) {
    Attributes attributes = Native.attributes().u32(0, link.number()).u32(4, program.number());
    long result = Bpf.call(Bpf.LINK_UPDATE, attributes, 16);
    if (result < 0) {
      throw Bpf.failed("BPF_LINK_UPDATE, " + link, result, Capability.BPF, Capability.NET_ADMIN);
    }
  }

  /** Detaches (Linux 5.9) and keeps the descriptor, of a link that has become defunct. */
  public static void detach(Fd link) {
    long result = Bpf.call(Bpf.LINK_DETACH, Native.attributes().u32(0, link.number()), 4);
    if (result < 0) {
      throw Bpf.failed("BPF_LINK_DETACH, " + link, result, Capability.BPF);
    }
  }

  /**
   * What a link to an interface, cgroup, network namespace or map is attached to, as a number: the
   * interface's index, the low half of the cgroup's id, the namespace's inode, the map's id. It is
   * 0 when that has gone or {@link #detach} was called.
   */
  public static int target(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment description = arena.allocate(DESCRIPTION_BYTES, 8);
      Bpf.describe(link, description);
      return Bpf.u32(description, 16);
    }
  }

  /**
   * Attaches a raw tracepoint program by the tracepoint's name, or with an empty name a tracing
   * program to the place it was loaded for.
   *
   * @throws SystemCallException ENOENT when the kernel has no such tracepoint
   */
  public static Fd rawTracepoint(Fd program, String name) {
    try (Arena arena = Arena.ofConfined()) {
      Attributes attributes =
          Native.attributes()
              .pointer(0, name.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(name))
              .u32(8, program.number());
      long fd = Bpf.call(Bpf.RAW_TRACEPOINT_OPEN, attributes, 16);
      if (fd < 0) {
        throw Bpf.failed(
            "BPF_RAW_TRACEPOINT_OPEN, " + name, fd, Capability.BPF, Capability.PERFMON);
      }
      return new Fd(fd);
    }
  }

  /** What the kernel says about a link. */
  public static LinkDescription describe(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment description = arena.allocate(DESCRIPTION_BYTES, 8);
      Bpf.describe(link, description);
      return new LinkDescription(
          Bpf.u32(description, 4), Bpf.u32(description, 0), Bpf.u32(description, 8));
    }
  }
}
