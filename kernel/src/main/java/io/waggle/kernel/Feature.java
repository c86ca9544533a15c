package io.waggle.kernel;

import io.waggle.linux.KernelVersion;

/**
 * What not every kernel can do. The running kernel is asked ({@link Kernel#has}); the version,
 * which brought it upstream, only explains.
 */
public enum Feature {
  RAW_TRACEPOINT("raw tracepoints", 4, 17),
  UPROBES("uprobes", 4, 17),
  KPROBES("kprobes", 4, 17),
  TYPED_TRACEPOINT("typed tracepoints (tp_btf)", 5, 5),
  FENTRY("fentry and fexit", 5, 5),
  MODIFY_RETURN("fmod_ret", 5, 7),
  CGROUP_LINK("links to control groups", 5, 7),
  MAP_BATCHES("reading maps in batches", 5, 6),
  ITERATOR("iterators", 5, 8),
  NAMESPACE_LINK("links to network namespaces", 5, 8),
  RING_BUFFER("ring buffers", 5, 8),
  RUN_RAW_TRACEPOINT("running raw tracepoint programs", 5, 10),
  PERF_EVENT_LINK("links to perf events with cookies", 5, 15),
  LOOP("the helper bpf_loop", 5, 17),
  SYSCALL_WRAPPER("system calls that take their arguments in a structure", 4, 17),
  KPROBE_MULTI("kprobe.multi links", 5, 18),
  NETFILTER_LINK("links to netfilter", 6, 4),
  UPROBE_MULTI("uprobe_multi links", 6, 6),
  TCX("tcx", 6, 6),
  NETKIT("netkit interfaces", 6, 7),
  KPROBE_SESSION("kprobe.session links", 6, 10),
  SOCKET_MAP_LINK("links to maps of sockets", 6, 10),
  CGROUP_ORDER("an order of a control group's programs", 6, 17),
  UPROBE_SESSION("uprobe.session links", 6, 13);

  private final String meaning;
  private final KernelVersion since;

  Feature(String meaning, int major, int minor) {
    this.meaning = meaning;
    this.since = new KernelVersion(major, minor, 0);
  }

  /** In words. */
  public String meaning() {
    return meaning;
  }

  /** The first version that has it, if it is built in. */
  public KernelVersion since() {
    return since;
  }

  /** For messages, such as {@code uprobe_multi links (Linux 6.6 or newer)}. */
  public String requirement() {
    return meaning + " (Linux " + since + " or newer)";
  }
}
