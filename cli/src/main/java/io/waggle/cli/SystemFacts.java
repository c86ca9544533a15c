package io.waggle.cli;

import io.waggle.kernel.KernelConfiguration;
import io.waggle.kernel.KernelState;
import io.waggle.linux.Architecture;
import io.waggle.linux.Capability;
import io.waggle.linux.Cpus;
import io.waggle.linux.KernelVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How machine, kernel and process are set up, as far as programs are concerned. */
final class SystemFacts {
  private final KernelState state = KernelState.read();
  private final KernelConfiguration configured;

  SystemFacts(KernelConfiguration configured) {
    this.configured = configured;
  }

  /** The facts in order, by names that JSON can use. */
  Map<String, Object> all() {
    Map<String, Object> facts = new LinkedHashMap<>();
    KernelVersion kernel = KernelVersion.running();
    facts.put("kernel", kernel);
    facts.put("machine", Architecture.current().name().toLowerCase(Locale.ROOT));
    facts.put("cpus_online", Cpus.online().length);
    facts.put("cpus_possible", Cpus.possible());
    facts.put("capabilities", capabilities());
    facts.put("unprivileged_bpf_disabled", state.setting("kernel/unprivileged_bpf_disabled"));
    facts.put("perf_event_paranoid", state.setting("kernel/perf_event_paranoid"));
    facts.put("kptr_restrict", state.setting("kernel/kptr_restrict"));
    facts.put("bpf_stats_enabled", state.setting("kernel/bpf_stats_enabled"));
    for (String name : List.of("enable", "harden", "kallsyms", "limit")) {
      facts.put("bpf_jit_" + name, state.setting("net/core/bpf_jit_" + name));
    }
    facts.put("lockdown", state.lockdown());
    facts.put("security_modules", state.securityModules());
    facts.put("lsm_programs", state.lsmAdvice(kernel, configured).orElse("yes"));
    facts.put("kernel_types_bytes", state.typesBytes());
    facts.put("modules_with_types", state.typedModules().size());
    for (String type : List.of("bpf", "tracefs", "debugfs", "cgroup2", "securityfs")) {
      facts.put("mounted_" + type, state.mounted(type).map(Path::toString));
    }
    return facts;
  }

  private static List<String> capabilities() {
    List<String> held = new ArrayList<>();
    for (Capability capability : Capability.values()) {
      if (capability.held()) {
        held.add(capability.toString());
      }
    }
    return held;
  }

  /** A fact for people. */
  static String inWords(Object fact) {
    return switch (fact) {
      case Optional<?> maybe -> maybe.map(Object::toString).orElse("no");
      case OptionalLong maybe -> maybe.isPresent() ? Long.toString(maybe.getAsLong()) : "not there";
      default -> fact.toString();
    };
  }
}
