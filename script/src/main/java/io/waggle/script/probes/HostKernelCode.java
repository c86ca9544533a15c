package io.waggle.script.probes;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.kernel.KernelTypes;
import io.waggle.kernel.MissingTypesException;
import io.waggle.kernel.TraceableFunctions;
import io.waggle.kernel.TraceableFunctions.Function;
import io.waggle.symbols.KernelSymbols;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The running kernel's functions: lists are read when first asked for and then kept. */
public final class HostKernelCode implements KernelCode {
  /** There once the kernel has registered kprobes as a perf event source. */
  private static final Path KPROBE_PMU = Path.of("/sys/bus/event_source/devices/kprobe");

  private static final String RAW_TRACEPOINT = "btf_trace_";

  private final Supplier<Path> tracefs;
  private final KernelTypes types;
  private Optional<Optional<List<Function>>> traceable = Optional.empty();

  /**
   * The functions as tracefs and the kernel's types tell them.
   *
   * @param tracefs asked for when the list of functions is
   */
  public HostKernelCode(Supplier<Path> tracefs, KernelTypes types) {
    this.tracefs = tracefs;
    this.types = types;
  }

  @Override
  public boolean hasKprobes() {
    return Files.exists(KPROBE_PMU) || Files.exists(tracefs.get().resolve("kprobe_events"));
  }

  @Override
  public Optional<List<Function>> traceable() {
    if (traceable.isEmpty()) {
      Path file = tracefs.get().resolve("available_filter_functions");
      traceable = Optional.of(TraceableFunctions.read(file));
    }
    return traceable.get();
  }

  @Override
  public boolean isFunction(String name) {
    return new KernelSymbols().address(name).isPresent();
  }

  @Override
  public boolean isModule(String name) {
    return name.equals(KERNEL) || Files.isDirectory(Path.of("/sys/module", name));
  }

  @Override
  public List<Function> typed() {
    List<Function> found = new ArrayList<>();
    add(BtfKind.FUNC, "", found);
    return found;
  }

  @Override
  public Optional<Function> typed(String module, String function) {
    return types
        .find(BtfKind.FUNC, function, module)
        .map(place -> new Function(function, place.module()));
  }

  @Override
  public List<Function> rawTracepoints() {
    List<Function> found = new ArrayList<>();
    try {
      add(BtfKind.TYPEDEF, RAW_TRACEPOINT, found);
    } catch (MissingTypesException without) {
      return List.of();
    }
    return found;
  }

  private void add(int kind, String prefix, List<Function> found) {
    add(types.kernel(), "", kind, prefix, found);
    for (KernelTypes.Module module : types.modules()) {
      add(module.types(), module.name(), kind, prefix, found);
    }
  }

  private static void add(Btf btf, String module, int kind, String prefix, List<Function> found) {
    for (int type = btf.firstOwn(); type < btf.count(); type++) {
      if (btf.kind(type) == kind) {
        String name = btf.name(type);
        if (name.startsWith(prefix)) {
          found.add(new Function(name.substring(prefix.length()), module));
        }
      }
    }
  }
}
