package io.waggle.script.probes;

import io.waggle.bpf.Nearest;
import io.waggle.kernel.TraceableFunctions.Function;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Attachment.Unit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Turns attach points into attachments.
 *
 * <p>Looks at nothing before it must: a script of timers reads neither tracefs nor a file.
 */
public final class Probes {
  /** What the kernel's functions that describe iterators start with. */
  private static final String ITERATOR = "bpf_iter_";

  private final Supplier<Path> tracefs;
  private final Binaries binaries;
  private final KernelCode kernel;
  private final OptionalInt pid;
  private final boolean unsafe;
  private TraceEvents events;

  /**
   * A resolver.
   *
   * @param tracefs asked for once, when the first tracepoint comes
   * @param pid the process that is traced, if it is one ({@code -p}, {@code -c})
   * @param unsafe whether places are taken that nothing vouches for
   */
  public Probes(
      Supplier<Path> tracefs,
      Binaries binaries,
      KernelCode kernel,
      OptionalInt pid,
      boolean unsafe) {
    this.tracefs = tracefs;
    this.binaries = binaries;
    this.kernel = kernel;
    this.pid = pid;
    this.unsafe = unsafe;
  }

  /**
   * What an attach point stands for.
   *
   * @param kind as written, full or short
   * @param parts what follows it between colons, quotes removed
   * @return at least one
   * @throws ProbeException if there is nothing of that name, or it is not written as it must
   */
  public List<Probe> resolve(String kind, List<String> parts) {
    ProbeKind known = ProbeKind.of(kind).orElseThrow(() -> unknown(kind));
    return switch (known) {
      case BEGIN -> special(known, parts, new Attachment.Begin());
      case END -> special(known, parts, new Attachment.End());
      case UPROBE, URETPROBE -> new Uprobes(binaries, pid, unsafe).resolve(known, parts);
      case TRACEPOINT -> tracepoints(parts);
      case RAWTRACEPOINT -> rawTracepoints(parts);
      case PROFILE, INTERVAL -> List.of(timer(known, parts));
      case SOFTWARE -> List.of(software(parts));
      case HARDWARE -> List.of(hardware(parts));
      case KPROBE, KRETPROBE -> new KernelProbes(kernel, unsafe).resolve(known, parts);
      case FENTRY, FEXIT -> new FentryProbes(kernel).resolve(known, parts);
      case WATCHPOINT -> List.of(Watchpoints.resolve(parts, pid));
      case SELF -> List.of(self(parts));
      case TEST -> List.of(test(parts));
      case ITER -> List.of(iterator(parts));
      case USDT -> new UsdtProbes(binaries, pid).resolve(parts);
    };
  }

  private static ProbeException unknown(String kind) {
    List<String> names = new ArrayList<>();
    for (ProbeKind known : ProbeKind.values()) {
      names.add(known.title());
    }
    return new ProbeException("Invalid provider: '" + kind + "'", Nearest.hint(kind, names));
  }

  private static List<Probe> special(ProbeKind kind, List<String> parts, Attachment attachment) {
    if (!parts.isEmpty() && !parts.equals(List.of("*"))) {
      throw new ProbeException("begin/end probes should not have a target");
    }
    return List.of(new Probe(attachment, kind.title()));
  }

  private Probe iterator(List<String> parts) {
    if (parts.isEmpty() || parts.size() > 2 || parts.getFirst().isEmpty()) {
      throw new ProbeException("iter should specify a iterator's name", "iter:task");
    }
    String name = parts.getFirst();
    if (Wildcard.isIn(name)) {
      throw new ProbeException("iter probe type does not support wildcards");
    }
    if (parts.size() == 2) {
      throw new ProbeException(
          "waggle does not pin iterators", "leave the pin out to print what the iterator gives");
    }
    if (kernel.typed("", ITERATOR + name).isEmpty()) {
      List<String> known = new ArrayList<>();
      for (Function function : kernel.typed()) {
        if (function.name().startsWith(ITERATOR)) {
          known.add(function.name().substring(ITERATOR.length()));
        }
      }
      throw new ProbeException(
          "iter " + name + " not available for your kernel version.", Nearest.hint(name, known));
    }
    return new Probe(new Attachment.Iterator(name), "iter:" + name);
  }

  private static Probe test(List<String> parts) {
    if (parts.size() != 1 || parts.getFirst().isEmpty()) {
      throw new ProbeException("test probe type requires a name", "test:addition");
    }
    return new Probe(new Attachment.Test(parts.getFirst()), "test:" + parts.getFirst());
  }

  private static Probe self(List<String> parts) {
    if (parts.size() != 2) {
      throw new ProbeException(
          "self probe type requires 2 arguments, found " + parts.size(), "self:signal:SIGUSR1");
    }
    if (!parts.getFirst().equals("signal")) {
      throw new ProbeException(
          parts.getFirst() + " is not a supported trigger", "self:signal:SIGUSR1");
    }
    if (!parts.getLast().equals("SIGUSR1")) {
      throw new ProbeException(parts.getLast() + " is not a supported signal", "SIGUSR1 is");
    }
    return new Probe(new Attachment.Signal("USR1"), "self:signal:SIGUSR1");
  }

  private TraceEvents events() {
    if (events == null) {
      events = new TraceEvents(tracefs.get());
    }
    return events;
  }

  private List<Probe> tracepoints(List<String> parts) {
    if (parts.size() == 1 && Wildcard.isIn(parts.getFirst())) {
      return tracepoints(List.of("*", parts.getFirst()));
    }
    if (parts.size() != 2) {
      throw new ProbeException(
          "tracepoint takes a category and a name, " + parts.size() + " parts given",
          "tracepoint:syscalls:sys_enter_openat");
    }
    String category = parts.getFirst();
    String name = parts.getLast();
    if (!Wildcard.isIn(category) && !Wildcard.isIn(name)) {
      if (!events().exists(category, name)) {
        throw new ProbeException(
            "No matches for tracepoint " + category + ":" + name,
            Nearest.hint(category + ":" + name, events().all()));
      }
      return List.of(tracepoint(category, name));
    }
    Wildcard wildcard = new Wildcard(category + ":" + name);
    List<Probe> found =
        events().all().stream()
            .filter(wildcard::matches)
            .map(event -> event.split(":", 2))
            .map(event -> tracepoint(event[0], event[1]))
            .toList();
    return present(found, "tracepoint", parts);
  }

  private static Probe tracepoint(String category, String name) {
    return new Probe(
        new Attachment.Tracepoint(category, name), "tracepoint:" + category + ":" + name);
  }

  private List<Probe> rawTracepoints(List<String> parts) {
    if (parts.isEmpty() || parts.size() > 2 || parts.getLast().isEmpty()) {
      throw new ProbeException(
          "rawtracepoint takes a name, " + parts.size() + " parts given",
          "rawtracepoint:sys_enter");
    }
    String name = parts.getLast();
    String module = parts.size() == 2 ? parts.getFirst() : "*";
    if (parts.size() == 1 && !Wildcard.isIn(name) && events().rawNames().contains(name)) {
      // Names are unique in the kernel, so that its types need not be read to know the module.
      return List.of(new Probe(new Attachment.RawTracepoint("", name), "rawtracepoint:" + name));
    }
    List<Function> known = kernel.rawTracepoints();
    if (known.isEmpty()) {
      known = events().rawNames().stream().map(event -> new Function(event, "")).toList();
    }
    Wildcard modules = new Wildcard(module);
    Wildcard names = new Wildcard(name);
    List<Probe> found = new ArrayList<>();
    for (Function each : known) {
      String owner = each.module().isEmpty() ? KernelCode.KERNEL : each.module();
      if (names.matches(each.name()) && modules.matches(owner)) {
        found.add(
            new Probe(
                new Attachment.RawTracepoint(each.module(), each.name()),
                "rawtracepoint:" + owner + ":" + each.name()));
      }
    }
    if (found.isEmpty() && !Wildcard.isIn(name) && (parts.size() == 1 || !Wildcard.isIn(module))) {
      throw new ProbeException(
          "No matches for rawtracepoint " + String.join(":", parts),
          Nearest.hint(name, known.stream().map(Function::name).toList()));
    }
    return present(found, "rawtracepoint", parts);
  }

  private static List<Probe> present(List<Probe> found, String kind, List<String> parts) {
    if (found.isEmpty()) {
      throw ProbeException.ofPattern("No matches for " + kind + " " + String.join(":", parts));
    }
    return found;
  }

  private static Probe timer(ProbeKind kind, List<String> parts) {
    if (parts.size() == 1) {
      OptionalLong nanos = Numbers.duration(parts.getFirst());
      if (nanos.isEmpty()) {
        throw badRate(kind, parts.getFirst());
      }
      if (nanos.getAsLong() < 1000) {
        throw new ProbeException(
            "Invalid rate of "
                + kind.title()
                + " probe. Minimum is 1000 or 1us. Found: "
                + nanos.getAsLong()
                + " nanoseconds");
      }
      return timer(kind, Unit.US, "us", nanos.getAsLong() / 1000);
    }
    if (parts.size() != 2) {
      throw new ProbeException(
          kind.title() + " takes a unit and a number, " + parts.size() + " parts given",
          kind.title() + ":s:1, " + kind.title() + ":hz:99");
    }
    Unit unit =
        switch (parts.getFirst()) {
          case "hz" -> Unit.HZ;
          case "us" -> Unit.US;
          case "ms" -> Unit.MS;
          case "s" -> Unit.S;
          default ->
              throw new ProbeException(
                  parts.getFirst() + " is not an accepted unit of time", "hz, us, ms and s are");
        };
    OptionalLong count = Numbers.parse(parts.getLast());
    if (count.isEmpty() || count.getAsLong() <= 0) {
      throw badRate(kind, parts.getLast());
    }
    return timer(kind, unit, parts.getFirst(), count.getAsLong());
  }

  private static Probe timer(ProbeKind kind, Unit unit, String unitName, long count) {
    return new Probe(
        new Attachment.Timer(unit, count, kind == ProbeKind.PROFILE),
        kind.title() + ":" + unitName + ":" + count);
  }

  private static ProbeException badRate(ProbeKind kind, String text) {
    return new ProbeException(
        "Invalid rate of " + kind.title() + " probe: " + text, "a positive integer is needed");
  }

  private static Probe software(List<String> parts) {
    PerfEventName event = event("software", PerfEventName.SOFTWARE, parts);
    long period = period("software", event, parts);
    return new Probe(
        new Attachment.Software(event.name(), period), eventName("software", parts, period));
  }

  private static Probe hardware(List<String> parts) {
    PerfEventName event = event("hardware", PerfEventName.HARDWARE, parts);
    long period = period("hardware", event, parts);
    return new Probe(
        new Attachment.Hardware(event.name(), period), eventName("hardware", parts, period));
  }

  private static String eventName(String kind, List<String> parts, long period) {
    return kind + ":" + parts.getFirst() + ":" + period;
  }

  private static PerfEventName event(String kind, List<PerfEventName> table, List<String> parts) {
    if (parts.isEmpty() || parts.size() > 2 || parts.getFirst().isEmpty()) {
      throw new ProbeException(kind + " takes an event and a count, " + parts.size() + " given");
    }
    String name = parts.getFirst();
    if (Wildcard.isIn(name)) {
      throw new ProbeException("wildcards are not allowed for " + kind + " probe type");
    }
    return PerfEventName.find(table, name)
        .orElseThrow(
            () ->
                new ProbeException(
                    name + " is not a " + kind + " probe",
                    Nearest.hint(name, table.stream().map(PerfEventName::name).toList())));
  }

  private static long period(String kind, PerfEventName event, List<String> parts) {
    if (parts.size() == 1 || parts.getLast().isEmpty() || parts.getLast().equals("*")) {
      return event.period();
    }
    OptionalLong count = Numbers.parse(parts.getLast());
    if (count.isEmpty() || count.getAsLong() <= 0) {
      throw new ProbeException("Invalid count for " + kind + " probe: " + parts.getLast());
    }
    return count.getAsLong();
  }
}
