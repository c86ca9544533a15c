package io.waggle.script.probes;

import io.waggle.bpf.Nearest;
import io.waggle.kernel.MissingTypesException;
import io.waggle.kernel.TraceableFunctions.Function;
import io.waggle.script.plan.Attachment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Resolves {@code fentry} and {@code fexit}: functions of the kernel whose types are known. */
final class FentryProbes {
  private final KernelCode kernel;

  FentryProbes(KernelCode kernel) {
    this.kernel = kernel;
  }

  List<Probe> resolve(ProbeKind kind, List<String> parts) {
    if (parts.isEmpty() || parts.size() > 2) {
      throw new ProbeException(
          kind.title() + " probe type requires 1 or 2 arguments, found " + parts.size(),
          kind.title() + ":vfs_read, " + kind.title() + ":nf_tables:nf_tables_newtable");
    }
    String function = parts.getLast();
    if (function.isEmpty()) {
      throw new ProbeException("fentry/fexit should specify a function");
    }
    String module = parts.size() == 2 ? parts.getFirst() : "";
    try {
      return Wildcard.isIn(function) || Wildcard.isIn(module)
          ? matching(kind, module, function)
          : List.of(exact(kind, module, function));
    } catch (MissingTypesException without) {
      throw new ProbeException(
          kind.title() + " needs the types of the kernel's functions, and the kernel tells none",
          "a kernel built with CONFIG_DEBUG_INFO_BTF has them; a kprobe may do");
    }
  }

  private Probe exact(ProbeKind kind, String module, String function) {
    String shown = (module.isEmpty() ? "" : module + ":") + function;
    if (!module.isEmpty() && !kernel.isModule(module)) {
      throw new ProbeException(
          "specified module "
              + module
              + " in probe "
              + kind.title()
              + ":"
              + shown
              + " is not loaded.");
    }
    Optional<Function> found = kernel.typed(module, function);
    if (found.isEmpty() || !isReached(found.get())) {
      List<String> names =
          kernel.traceable().orElseGet(kernel::typed).stream().map(Function::name).toList();
      String near = Nearest.hint(function, names);
      throw new ProbeException(
          "No matches for " + kind.title() + " " + shown,
          found.isPresent()
              ? function + " is not traceable (inlined, or marked as \"notrace\")"
              : near);
    }
    return probe(kind, found.get());
  }

  private boolean isReached(Function function) {
    Optional<List<Function>> traceable = kernel.traceable();
    return traceable.isEmpty() || traceable.get().contains(function);
  }

  private List<Probe> matching(ProbeKind kind, String module, String pattern) {
    Wildcard modules = new Wildcard(module);
    Wildcard functions = new Wildcard(pattern);
    Set<Function> reached = new HashSet<>(kernel.traceable().orElseGet(List::of));
    boolean isListed = kernel.traceable().isPresent();
    Set<Function> seen = new HashSet<>();
    List<Probe> probes = new ArrayList<>();
    for (Function function : kernel.typed()) {
      String owner = function.module().isEmpty() ? KernelCode.KERNEL : function.module();
      if (functions.matches(function.name())
          && (module.isEmpty() || modules.matches(owner))
          && (!isListed || reached.contains(function))
          && seen.add(function)) {
        probes.add(probe(kind, function));
      }
    }
    if (probes.isEmpty()) {
      throw ProbeException.ofPattern(
          "No matches for "
              + kind.title()
              + " "
              + (module.isEmpty() ? "" : module + ":")
              + pattern);
    }
    return probes;
  }

  private static Probe probe(ProbeKind kind, Function function) {
    String owner = function.module().isEmpty() ? KernelCode.KERNEL : function.module();
    return new Probe(
        new Attachment.Fentry(kind == ProbeKind.FEXIT, function.module(), function.name()),
        kind.title() + ":" + owner + ":" + function.name());
  }
}
