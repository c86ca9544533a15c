package io.waggle.linux;

import java.util.List;

/** Where a link attaches its program ({@code struct bpf_link_info}). */
public sealed interface LinkPlace {
  /** A raw tracepoint. */
  record RawTracepoint(String name) implements LinkPlace {}

  /**
   * A function, tracepoint or hook by its type.
   *
   * @param attachType {@code enum bpf_attach_type}
   * @param object id of the BTF of the kernel or a module; for functions of a program the program's
   *     id
   * @param type number of the function's or tracepoint's type therein
   */
  record Typed(int attachType, int object, int type) implements LinkPlace {}

  /** A control group by its id, which is the inode of its folder. */
  record ControlGroup(long id, int attachType) implements LinkPlace {}

  /**
   * An iterator.
   *
   * @param target what is walked, such as {@code task}
   * @param map id of the map whose elements are walked, 0 for none
   * @param pid of the process whose threads are walked, 0 for all
   * @param tid of the only thread walked, 0 for all
   * @param group id of the control group where the walk starts, 0 for none
   */
  record Iterator(String target, int map, int pid, int tid, long group) implements LinkPlace {}

  /** A network namespace by its inode. */
  record Namespace(int inode, int attachType) implements LinkPlace {}

  /** The XDP hook of an interface, 0 when that has gone. */
  record Xdp(int networkInterface) implements LinkPlace {}

  /** tcx or netkit of an interface, 0 when that has gone. */
  record Ordered(int networkInterface, int attachType) implements LinkPlace {}

  /** A table of functions, by the map that holds it. */
  record StructOps(int map) implements LinkPlace {}

  /** A map of sockets. */
  record SocketMap(int map, int attachType) implements LinkPlace {}

  /** A hook of netfilter. */
  record Netfilter(int family, int hook, int priority, int flags) implements LinkPlace {}

  /**
   * Many functions of the kernel.
   *
   * @param addresses zeros where the kernel hides them
   * @param isReturn whether when they return
   * @param missed runs that were skipped
   */
  record KprobeMulti(List<Long> addresses, boolean isReturn, long missed) implements LinkPlace {
    public KprobeMulti {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * Many places of one file.
   *
   * @param pid of the only process, 0 for all
   */
  record UprobeMulti(String path, List<Long> offsets, boolean isReturn, int pid)
      implements LinkPlace {
    public UprobeMulti {
      offsets = List.copyOf(offsets);
    }
  }

  /** A function of the kernel through a perf event. */
  record Kprobe(String function, int offset, long address, boolean isReturn, long missed)
      implements LinkPlace {}

  /** A place in a file through a perf event. */
  record Uprobe(String path, long offset, boolean isReturn) implements LinkPlace {}

  /** A tracepoint through a perf event. */
  record Tracepoint(String name) implements LinkPlace {}

  /** Another perf event, {@code perf_type_id} and what it counts. */
  record Event(int type, long config) implements LinkPlace {}

  /** A kind of link that this version does not know, or of which the kernel tells nothing. */
  record Other(int type) implements LinkPlace {}
}
