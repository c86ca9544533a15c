package io.waggle.script.run;

import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.Iterator;
import io.waggle.kernel.Kprobe;
import io.waggle.kernel.KprobeMulti;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.PerfSamples;
import io.waggle.kernel.RawTracepoint;
import io.waggle.kernel.Tracepoint;
import io.waggle.kernel.Uprobes;
import io.waggle.kernel.Watchpoint;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.ProbePlan;
import io.waggle.script.probes.PerfEventName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** From a plan's attachments to the engine's attach points. */
final class AttachPoints {
  private static final PerfEventSource CPU_CLOCK = new PerfEventSource.Software(0);

  private AttachPoints() {}

  /**
   * Where {@code probe} attaches, one after another; begin, end and signals are run by us and
   * attach nowhere.
   */
  static List<AttachPoint> of(ProbePlan probe, LoadedProgram program, OptionalInt pid) {
    if (probe.attachment() instanceof Attachment.Kprobes kprobes
        && program.expectedAttach().isEmpty()) {
      List<AttachPoint> points = new ArrayList<>(kprobes.sites().size());
      for (Attachment.KernelSite site : kprobes.sites()) {
        points.add(new Kprobe(qualified(site), site.offset(), kprobes.atReturn(), points.size()));
      }
      return points;
    }
    return List.of(one(probe, pid));
  }

  private static String qualified(Attachment.KernelSite site) {
    return (site.module().isEmpty() ? "" : site.module() + ":") + site.function();
  }

  private static AttachPoint one(ProbePlan probe, OptionalInt pid) {
    String name = probe.names().getFirst();
    return switch (probe.attachment()) {
      case Attachment.Uprobes uprobes ->
          new Uprobes(uprobes.path(), sites(uprobes), uprobes.atReturn(), pid);
      case Attachment.Usdt usdt -> new Uprobes(usdt.path(), sites(usdt), false, pid);
      case Attachment.Kprobes kprobes -> new KprobeMulti(functions(kprobes), kprobes.atReturn());
      case Attachment.Fentry _ -> new io.waggle.kernel.Tracing();
      case Attachment.Tracepoint tracepoint ->
          new Tracepoint(tracepoint.category(), tracepoint.name());
      case Attachment.RawTracepoint tracepoint -> new RawTracepoint(tracepoint.name());
      // An interval is nobody's own, as in bpftrace: the timer of a sleeping process does not tick.
      case Attachment.Timer timer ->
          new PerfSamples(
              name, clock(timer), timer.everyCpu(), timer.everyCpu() ? pid : OptionalInt.empty());
      case Attachment.Software(String event, long period) -> {
        PerfEventSource source =
            new PerfEventSource.Software(config(PerfEventName.SOFTWARE, event));
        yield new PerfSamples(name, PerfEventAttributes.period(source, period), true, pid);
      }
      case Attachment.Hardware(String event, long period) -> {
        PerfEventSource source =
            new PerfEventSource.Hardware(config(PerfEventName.HARDWARE, event));
        yield new PerfSamples(name, PerfEventAttributes.period(source, period), true, pid);
      }
      case Attachment.Watchpoint(long address, int length, int kind) ->
          // An address of the kernel is everybody's.
          new Watchpoint(address, length, kind, address < 0 ? OptionalInt.empty() : pid);
      case Attachment.Iterator _ -> new Iterator();
      case Attachment.Begin _, Attachment.End _, Attachment.Test _, Attachment.Signal _ ->
          throw new IllegalArgumentException(name + " is not attached");
    };
  }

  private static List<Uprobes.Site> sites(Attachment.Uprobes uprobes) {
    List<Uprobes.Site> sites = new ArrayList<>(uprobes.sites().size());
    for (Attachment.Site site : uprobes.sites()) {
      sites.add(new Uprobes.Site(site.offset(), 0, sites.size()));
    }
    return sites;
  }

  private static List<Uprobes.Site> sites(Attachment.Usdt usdt) {
    List<Uprobes.Site> sites = new ArrayList<>(usdt.places().size());
    for (Attachment.UsdtPlace place : usdt.places()) {
      sites.add(new Uprobes.Site(place.offset(), place.semaphore(), 0));
    }
    return sites;
  }

  private static List<KprobeMulti.Functions> functions(Attachment.Kprobes kprobes) {
    List<KprobeMulti.Functions> functions = new ArrayList<>(kprobes.sites().size());
    for (Attachment.KernelSite site : kprobes.sites()) {
      functions.add(new KprobeMulti.Functions(site.function(), functions.size()));
    }
    return functions;
  }

  private static PerfEventAttributes clock(Attachment.Timer timer) {
    long nanos =
        switch (timer.unit()) {
          case HZ -> 0;
          case US -> Math.multiplyExact(timer.count(), 1_000L);
          case MS -> Math.multiplyExact(timer.count(), 1_000_000L);
          case S -> Math.multiplyExact(timer.count(), 1_000_000_000L);
        };
    return nanos == 0
        ? PerfEventAttributes.frequency(CPU_CLOCK, timer.count())
        : PerfEventAttributes.period(CPU_CLOCK, nanos);
  }

  private static int config(List<PerfEventName> table, String event) {
    return PerfEventName.find(table, event)
        .orElseThrow(() -> new IllegalArgumentException("no event " + event))
        .config();
  }
}
