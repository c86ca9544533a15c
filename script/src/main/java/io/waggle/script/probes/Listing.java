package io.waggle.script.probes;

import io.waggle.formats.usdt.StaticProbe;
import io.waggle.kernel.KernelTypes;
import io.waggle.kernel.MissingTypesException;
import io.waggle.kernel.TraceableFunctions.Function;
import io.waggle.script.plan.Attachment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What can be attached to ({@code -l}), one line a probe, sorted within a kind, as bpftrace lists
 * it; with arguments where they are known.
 */
public final class Listing {
  private static final List<String> UNITS = List.of("hz:", "ms:", "s:", "us:");

  /** Kinds that a wildcard stands for, by name; returns and timers are left out. */
  private static final List<ProbeKind> KERNEL_KINDS =
      List.of(
          ProbeKind.FENTRY,
          ProbeKind.HARDWARE,
          ProbeKind.ITER,
          ProbeKind.KPROBE,
          ProbeKind.RAWTRACEPOINT,
          ProbeKind.SOFTWARE,
          ProbeKind.TRACEPOINT);

  private final Supplier<Path> tracefs;
  private final Binaries binaries;
  private final KernelCode kernel;
  private final ListedTypes types;
  private final OptionalInt pid;
  private final boolean verbose;

  /**
   * A listing.
   *
   * @param pid a process whose files are meant by {@code *}
   * @param verbose whether arguments are listed too
   */
  public Listing(
      Supplier<Path> tracefs,
      Binaries binaries,
      KernelCode kernel,
      KernelTypes types,
      OptionalInt pid,
      boolean verbose) {
    this.tracefs = tracefs;
    this.binaries = binaries;
    this.kernel = kernel;
    this.types = new ListedTypes(types);
    this.pid = pid;
    this.verbose = verbose;
  }

  /**
   * The lines for a search: patterns between commas, {@code KIND:REST} or only what the rest should
   * match; empty for everything. {@code struct}, {@code union} or {@code enum} and a pattern list
   * types.
   */
  public List<String> search(String search) {
    if (ListedTypes.isType(search)) {
      return types.search(search, verbose);
    }
    List<String> lines = new ArrayList<>();
    for (String pattern : search.split(",")) {
      String text = pattern.strip();
      String full = text.isEmpty() ? "*:*" : text.indexOf(':') < 0 ? "*:" + text : text;
      int colon = full.indexOf(':');
      String rest = full.substring(colon + 1);
      for (ProbeKind kind : kinds(full.substring(0, colon), rest)) {
        try {
          list(kind, rest.isEmpty() ? "*" : rest, lines);
        } catch (MissingTypesException without) {
          // A kernel that does not describe its types has none of the probes that need them.
        }
      }
    }
    return lines;
  }

  /** The lines for what a script's attach points stand for; {@code begin} and {@code end} aside. */
  public List<String> of(List<Probe> probes) {
    List<String> lines = new ArrayList<>();
    for (Probe probe : probes) {
      for (String name : probe.names()) {
        switch (probe.attachment()) {
          case Attachment.Begin _, Attachment.End _, Attachment.Test _, Attachment.Signal _ -> {}
          case Attachment.Timer timer -> lines.add(withoutCount(name));
          case Attachment.Software event -> lines.add(withoutCount(name));
          case Attachment.Hardware event -> lines.add(withoutCount(name));
          case Attachment.Tracepoint tracepoint -> {
            lines.add(name);
            if (verbose) {
              TraceEvents events = new TraceEvents(tracefs.get());
              fields(events.format(tracepoint.category(), tracepoint.name()), lines);
            }
          }
          case Attachment.Iterator(String target) -> {
            lines.add(name);
            arguments("", "bpf_iter_" + target, 0, false, lines);
          }
          case Attachment.Uprobes _, Attachment.Usdt _, Attachment.Watchpoint _ -> lines.add(name);
          case Attachment.Kprobes kprobes ->
              kprobe(name, kprobes.sites().get(probe.names().indexOf(name)), lines);
          case Attachment.Fentry(boolean atReturn, String module, String function) -> {
            lines.add(name);
            arguments(module, function, 0, atReturn, lines);
          }
          case Attachment.RawTracepoint(String module, String event) -> {
            lines.add(name);
            tracepointArguments(module, event, lines);
          }
        }
      }
    }
    return lines;
  }

  private static String withoutCount(String name) {
    return name.substring(0, name.lastIndexOf(':') + 1);
  }

  private List<ProbeKind> kinds(String pattern, String rest) {
    if (!Wildcard.isIn(pattern) && !pattern.isEmpty()) {
      return ProbeKind.of(pattern).map(List::of).orElse(List.of());
    }
    Wildcard wildcard = new Wildcard(pattern.isEmpty() ? "*" : pattern);
    List<ProbeKind> kinds = new ArrayList<>();
    for (ProbeKind kind : KERNEL_KINDS) {
      if (wildcard.matches(kind.title())) {
        kinds.add(kind);
      }
    }
    // Functions of all programs would be too many: only where a file or a process narrows them.
    int colon = rest.indexOf(':');
    String target = colon < 0 ? "" : rest.substring(0, colon);
    boolean narrowed =
        pid.isPresent()
            || (!target.isEmpty() && !Wildcard.isIn(target) && Files.exists(Path.of(target)));
    for (ProbeKind kind : List.of(ProbeKind.UPROBE, ProbeKind.USDT)) {
      if (narrowed && wildcard.matches(kind.title())) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  private void list(ProbeKind kind, String rest, List<String> lines) {
    switch (kind) {
      case TRACEPOINT -> tracepoints(rest, lines);
      case RAWTRACEPOINT -> rawTracepoints(rest, lines);
      case SOFTWARE -> names("software", PerfEventName.listed(PerfEventName.SOFTWARE), rest, lines);
      case HARDWARE -> names("hardware", PerfEventName.listed(PerfEventName.HARDWARE), rest, lines);
      case PROFILE, INTERVAL -> names(kind.title(), UNITS, rest, lines);
      case UPROBE, URETPROBE -> functions(kind, rest, lines);
      case BEGIN, END -> lines.add(kind.title());
      case SELF -> names("self", List.of("signal:SIGUSR1"), rest, lines);
      case KPROBE, KRETPROBE -> kprobes(kind, rest, lines);
      case FENTRY, FEXIT -> fentries(kind, rest, lines);
      case ITER -> iterators(rest, lines);
      case USDT -> staticProbes(rest, lines);
      case TEST, WATCHPOINT -> {}
    }
  }

  private void kprobes(ProbeKind kind, String rest, List<String> lines) {
    if (!kernel.hasKprobes()) {
      return;
    }
    Wildcard wildcard = new Wildcard(rest);
    boolean hasModule = rest.indexOf(':') >= 0;
    // A name is listed once, however many functions have it.
    TreeMap<String, Attachment.KernelSite> found = new TreeMap<>();
    for (Function function : kernel.traceable().orElse(List.of())) {
      String name = hasModule ? qualified(function) : function.name();
      if (wildcard.matches(name) && KernelProbes.isWhole(name)) {
        found.putIfAbsent(name, new Attachment.KernelSite(function.module(), function.name(), 0));
      }
    }
    found.forEach((name, site) -> kprobe(kind.title() + ":" + name, site, lines));
  }

  private void kprobe(String name, Attachment.KernelSite site, List<String> lines) {
    lines.add(name);
    arguments(site.module(), site.function(), 0, false, lines);
  }

  private void fentries(ProbeKind kind, String rest, List<String> lines) {
    Wildcard wildcard = new Wildcard(rest.indexOf(':') < 0 ? "*:" + rest : rest);
    Set<Function> reached = new HashSet<>(kernel.traceable().orElse(List.of()));
    if (reached.isEmpty()) {
      return;
    }
    TreeMap<String, Function> found = new TreeMap<>();
    for (Function function : kernel.typed()) {
      String name = qualified(function);
      if (wildcard.matches(name) && reached.contains(function)) {
        found.put(name, function);
      }
    }
    found.forEach(
        (name, function) -> {
          lines.add(kind.title() + ":" + name);
          arguments(function.module(), function.name(), 0, kind == ProbeKind.FEXIT, lines);
        });
  }

  private void rawTracepoints(String rest, List<String> lines) {
    Wildcard wildcard = new Wildcard(rest.indexOf(':') < 0 ? "*:" + rest : rest);
    List<Function> known = kernel.rawTracepoints();
    if (known.isEmpty()) {
      known =
          new TraceEvents(tracefs.get())
              .rawNames().stream().map(name -> new Function(name, "")).toList();
    }
    TreeMap<String, Function> found = new TreeMap<>();
    for (Function function : known) {
      String name = qualified(function);
      if (wildcard.matches(name)) {
        found.put(name, function);
      }
    }
    found.forEach(
        (name, function) -> {
          lines.add("rawtracepoint:" + name);
          tracepointArguments(function.module(), function.name(), lines);
        });
  }

  private void iterators(String rest, List<String> lines) {
    Wildcard wildcard = new Wildcard(rest);
    for (String name : types.iterators()) {
      if (wildcard.matches(name)) {
        lines.add("iter:" + name);
        arguments("", "bpf_iter_" + name, 0, false, lines);
      }
    }
  }

  private static String qualified(Function function) {
    return (function.module().isEmpty() ? KernelCode.KERNEL : function.module())
        + ":"
        + function.name();
  }

  private void tracepointArguments(String module, String event, List<String> lines) {
    for (String prefix : KernelArguments.TRACEPOINT_FUNCTIONS) {
      int before = lines.size();
      arguments(module, prefix + event, 1, false, lines);
      if (lines.size() > before) {
        return;
      }
    }
  }

  private void arguments(
      String module, String function, int hidden, boolean withResult, List<String> lines) {
    if (verbose) {
      lines.addAll(types.arguments(module, function, hidden, withResult));
    }
  }

  private static void names(String kind, List<String> names, String rest, List<String> lines) {
    Wildcard wildcard = new Wildcard(rest);
    for (String name : names) {
      if (wildcard.matches(name) || wildcard.matches(name.substring(0, name.length() - 1))) {
        lines.add(kind + ":" + name);
      }
    }
  }

  private void tracepoints(String rest, List<String> lines) {
    TraceEvents events = new TraceEvents(tracefs.get());
    Wildcard wildcard = new Wildcard(rest.indexOf(':') < 0 ? "*:" + rest : rest);
    for (String event : events.all()) {
      if (wildcard.matches(event)) {
        lines.add("tracepoint:" + event);
        if (verbose) {
          int colon = event.indexOf(':');
          fields(events.format(event.substring(0, colon), event.substring(colon + 1)), lines);
        }
      }
    }
  }

  /** The fields after the blank line that ends the common ones (Documentation/trace/events.rst). */
  private static void fields(Path format, List<String> lines) {
    try {
      boolean own = false;
      for (String line : Files.readAllLines(format)) {
        if (line.isEmpty()) {
          own = true;
        } else if (own && line.startsWith("\tfield:")) {
          lines.add("    " + line.substring("\tfield:".length(), line.indexOf(';')));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + format, e);
    }
  }

  /** {@code FILE:PROVIDER:NAME}, or {@code FILE:NAME}, or with a process {@code NAME}. */
  private void staticProbes(String rest, List<String> lines) {
    String[] parts = rest.split(":", 3);
    Wildcard wildcard =
        new Wildcard((parts.length == 3 ? parts[1] : "*") + ":" + parts[parts.length - 1]);
    TreeSet<String> found = new TreeSet<>();
    for (Path file : new Targets(binaries, pid).find(parts.length == 1 ? "*" : parts[0])) {
      for (StaticProbe probe : binaries.staticProbes(file)) {
        if (wildcard.matches(probe.fullName())) {
          found.add("usdt:" + file + ":" + probe.fullName());
        }
      }
    }
    lines.addAll(found);
  }

  private void functions(ProbeKind kind, String rest, List<String> lines) {
    int colon = rest.lastIndexOf(':');
    String target = colon < 0 ? "*" : rest.substring(0, colon);
    Wildcard wildcard = new Wildcard(colon < 0 ? rest : rest.substring(colon + 1));
    for (Path file : new Targets(binaries, pid).find(target)) {
      for (Binaries.Function function : binaries.functions(file)) {
        if (wildcard.matches(function.name())) {
          lines.add(kind.title() + ":" + file + ":" + function.name());
        }
      }
    }
  }
}
