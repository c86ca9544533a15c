package io.waggle.script.probes;

import io.waggle.bpf.Nearest;
import io.waggle.kernel.TraceableFunctions.Function;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Attachment.KernelSite;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Resolves {@code kprobe} and {@code kretprobe}: functions, offsets, modules, addresses. */
final class KernelProbes {
  private final KernelCode kernel;
  private final boolean unsafe;

  KernelProbes(KernelCode kernel, boolean unsafe) {
    this.kernel = kernel;
    this.unsafe = unsafe;
  }

  List<Probe> resolve(ProbeKind kind, List<String> parts) {
    if (parts.isEmpty() || parts.size() > 2) {
      throw new ProbeException(
          kind.title() + " probe type requires 1 or 2 arguments, found " + parts.size(),
          kind.title() + ":vfs_read, " + kind.title() + ":nf_tables:nf_tables_newtable");
    }
    String place = parts.getLast();
    if (place.isEmpty()) {
      throw new ProbeException("kprobes should be attached to a function or an address");
    }
    if (!kernel.hasKprobes()) {
      throw new ProbeException(
          "this kernel has no kprobes (it was built without CONFIG_KPROBES)",
          "fentry or a tracepoint may do");
    }
    String module = parts.size() == 2 ? parts.getFirst() : "";
    if (Wildcard.isIn(place) || Wildcard.isIn(module)) {
      return matching(kind, module, place);
    }
    if (!module.isEmpty() && !kernel.isModule(module)) {
      throw new ProbeException(
          "specified module "
              + module
              + " in probe "
              + kind.title()
              + ":"
              + module
              + ":"
              + place
              + " is not loaded.");
    }
    String owner = module.equals(KernelCode.KERNEL) ? "" : module;
    String name = kind.title() + ":" + (module.isEmpty() ? "" : module + ":") + place;
    return List.of(probe(kind, List.of(site(kind, owner, module, place)), List.of(name)));
  }

  private KernelSite site(ProbeKind kind, String owner, String module, String place) {
    OptionalLong address = Numbers.parse(place);
    if (address.isPresent()) {
      if (!unsafe) {
        throw new ProbeException("Probing by address requires --unsafe");
      }
      return new KernelSite("", "", address.getAsLong());
    }
    int plus = place.indexOf('+');
    if (plus < 0) {
      require(kind, module, place);
      return new KernelSite(owner, place, 0);
    }
    if (kind == ProbeKind.KRETPROBE) {
      throw new ProbeException("Offset not allowed", "a return is no place inside the function");
    }
    OptionalLong offset = Numbers.parse(place.substring(plus + 1));
    if (offset.isEmpty()) {
      throw new ProbeException("Invalid offset: " + place.substring(plus + 1));
    }
    String function = place.substring(0, plus);
    require(kind, module, function);
    return new KernelSite(owner, function, offset.getAsLong());
  }

  /** Whether ftrace reaches it; where the kernel lists nothing, attaching will tell. */
  private void require(ProbeKind kind, String module, String function) {
    Optional<List<Function>> traceable = kernel.traceable();
    if (unsafe || traceable.isEmpty()) {
      return;
    }
    String owner = module.equals(KernelCode.KERNEL) ? "" : module;
    List<String> names = new ArrayList<>(traceable.get().size());
    for (Function candidate : traceable.get()) {
      if (candidate.name().equals(function)
          && (module.isEmpty() || candidate.module().equals(owner))) {
        return;
      }
      names.add(candidate.name());
    }
    // Of several names for one place ftrace lists one; where it does not reach, a kprobe may.
    if (module.isEmpty() && kernel.isFunction(function)) {
      return;
    }
    String near = Nearest.hint(function, names);
    throw new ProbeException(
        "No matches for " + kind.title() + " " + (module.isEmpty() ? "" : module + ":") + function,
        near.isEmpty()
            ? function
                + " is not traceable (either non-existing, inlined, or marked as \"notrace\");"
                + " --unsafe tries all the same"
            : near);
  }

  private List<Probe> matching(ProbeKind kind, String module, String place) {
    if (place.indexOf('+') >= 0) {
      throw new ProbeException("Offset not allowed", "a wildcard stands for whole functions");
    }
    List<Function> traceable =
        kernel
            .traceable()
            .orElseThrow(
                () ->
                    new ProbeException(
                        "this kernel does not list the functions that can be traced, so wildcards"
                            + " are not possible (it was built without CONFIG_DYNAMIC_FTRACE)",
                        "name the functions"));
    Wildcard modules = new Wildcard(module);
    Wildcard functions = new Wildcard(place);
    List<KernelSite> sites = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Function function : traceable) {
      String owner = function.module().isEmpty() ? KernelCode.KERNEL : function.module();
      if (functions.matches(function.name())
          && (module.isEmpty() || modules.matches(owner))
          && isWhole(function.name())
          && seen.add(function.name())) {
        sites.add(new KernelSite(module.isEmpty() ? "" : function.module(), function.name(), 0));
        names.add(kind.title() + ":" + (module.isEmpty() ? "" : owner + ":") + function.name());
      }
    }
    if (sites.isEmpty()) {
      throw ProbeException.ofPattern(
          "No matches for " + kind.title() + " " + (module.isEmpty() ? "" : module + ":") + place);
    }
    return List.of(probe(kind, sites, names));
  }

  /** Not a piece that the compiler has split off, which is nobody's function. */
  static boolean isWhole(String function) {
    return function.indexOf('.') < 0 || !function.contains(".part.");
  }

  private static Probe probe(ProbeKind kind, List<KernelSite> sites, List<String> names) {
    return new Probe(new Attachment.Kprobes(kind == ProbeKind.KRETPROBE, sites), names);
  }
}
