package io.waggle.script.probes;

import io.waggle.kernel.TraceableFunctions.Function;
import java.util.List;
import java.util.Optional;

/** What resolving probes of the kernel's functions asks about the kernel. */
public interface KernelCode {
  /** How scripts call what belongs to no module. */
  String KERNEL = "vmlinux";

  /** Whether kprobes can be attached at all. */
  boolean hasKprobes();

  /** The functions that ftrace reaches; empty if the kernel does not list them. */
  Optional<List<Function>> traceable();

  /** Whether the kernel has a function of that name, whether it can be traced or not. */
  boolean isFunction(String name);

  /** Whether a module of that name is loaded. */
  boolean isModule(String name);

  /**
   * The functions whose types the kernel tells, each name once for each module.
   *
   * @throws io.waggle.script.MissingTypesException if it tells none at all
   */
  List<Function> typed();

  /**
   * The function of that name whose types the kernel tells.
   *
   * @param module where it must be, {@link #KERNEL} for the kernel itself; empty for anywhere
   * @throws io.waggle.script.MissingTypesException if it tells none at all
   */
  Optional<Function> typed(String module, String function);

  /**
   * The tracepoints whose arguments' types the kernel tells; empty if it tells none at all. Named
   * like functions.
   */
  List<Function> rawTracepoints();
}
