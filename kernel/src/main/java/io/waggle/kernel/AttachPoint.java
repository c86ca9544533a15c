package io.waggle.kernel;

/**
 * A place that a program can be attached to. Each kind is a record in a file of its own that knows
 * how to attach there.
 */
public sealed interface AttachPoint
    permits Cgroup,
        CgroupDirect,
        FlowDissector,
        Iterator,
        Kprobe,
        KprobeMulti,
        Lirc,
        Lwt,
        Netfilter,
        Netkit,
        PacketFilter,
        PerfSamples,
        RawTracepoint,
        Reuseport,
        SocketFilter,
        SocketLookup,
        SocketMap,
        SystemCall,
        Tc,
        TcFilter,
        Tcx,
        Tracepoint,
        Tracing,
        Uprobes,
        Usdt,
        Watchpoint,
        Xdp,
        XdpNetlink {

  /**
   * Attaches {@code program} here.
   *
   * @throws AttachException when the place does not exist or the kernel refuses
   */
  Link attach(LoadedProgram program);
}
