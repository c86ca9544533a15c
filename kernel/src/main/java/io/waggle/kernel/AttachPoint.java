package io.waggle.kernel;

/**
 * A place that a program can be attached to. Each kind is a record in a file of its own that knows
 * how to attach there.
 */
public sealed interface AttachPoint
    permits Iterator,
        Kprobe,
        KprobeMulti,
        Netfilter,
        Netkit,
        PerfSamples,
        RawTracepoint,
        SystemCall,
        Tc,
        TcFilter,
        Tcx,
        Tracepoint,
        Tracing,
        Uprobes,
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
