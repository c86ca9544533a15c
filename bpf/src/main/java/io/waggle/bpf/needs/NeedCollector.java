package io.waggle.bpf.needs;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.KernelOption;
import io.waggle.bpf.Kfunc;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Release;
import io.waggle.bpf.Requirements;
import io.waggle.bpf.SectionName;
import io.waggle.bpf.WideSource;
import io.waggle.bpf.core.CoreNames;
import io.waggle.bpf.core.CoreRelocation;
import io.waggle.formats.btf.Btf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Walks over one object and notes what it needs, each once. */
final class NeedCollector {
  private static final int SLEEPABLE = 1 << 4;
  private static final int FRAGMENTS = 1 << 5;
  private static final Release SLEEPABLE_SINCE = new Release(5, 10);
  private static final Release FRAGMENTS_SINCE = new Release(5, 18);

  /** Types whose programs attach without being loaded for it, too, as they did before. */
  private static final Set<AttachType> WITH_OLDER_WAYS =
      EnumSet.of(
          AttachType.XDP,
          AttachType.TCX_INGRESS,
          AttachType.TCX_EGRESS,
          AttachType.SK_REUSEPORT_SELECT,
          AttachType.CGROUP_INET_INGRESS,
          AttachType.CGROUP_INET_EGRESS);

  /** Programs of these are for a function, hook or tracepoint that the kernel's types describe. */
  private static final Set<ProgramType> TYPED =
      EnumSet.of(ProgramType.TRACING, ProgramType.LSM, ProgramType.STRUCT_OPS, ProgramType.EXT);

  private final BpfObject object;
  private final Map<Subject, Noted> noted = new LinkedHashMap<>();

  NeedCollector(BpfObject object) {
    this.object = object;
  }

  private static final class Noted {
    private Optional<Release> since = Optional.empty();
    private boolean isOptional = true;
    private final Set<String> programs = new LinkedHashSet<>();
  }

  List<Need> collect() {
    for (ProgramSpec program : object.programs()) {
      program(program);
    }
    for (MapSpec map : object.maps()) {
      map(map);
    }
    options();
    capability("CAP_BPF", false, "");
    List<Need> needs = new ArrayList<>();
    noted.forEach(
        (subject, its) ->
            needs.add(new Need(subject, its.since, its.isOptional, List.copyOf(its.programs))));
    List<String> order =
        List.of(
            "Program types",
            "Attaching",
            "Map types",
            "Helpers",
            "Kernel functions",
            "Kernel symbols",
            "Instructions",
            "Kernel types",
            "Kernel options",
            "Capabilities");
    needs.sort(Comparator.comparingInt(need -> order.indexOf(need.subject().heading())));
    return needs;
  }

  private void note(Subject subject, String since, boolean isOptional, String program) {
    note(
        subject,
        since.isEmpty() ? Optional.empty() : Optional.of(Release.parse(since)),
        isOptional,
        program);
  }

  private void note(Subject subject, Optional<Release> since, boolean isOptional, String program) {
    Noted its = noted.computeIfAbsent(subject, _ -> new Noted());
    its.isOptional &= isOptional;
    its.since =
        its.since.isPresent() && since.isPresent()
            ? Optional.of(its.since.get().max(since.get()))
            : its.since.or(() -> since);
    if (!program.isEmpty()) {
      its.programs.add(program);
    }
  }

  private void program(ProgramSpec program) {
    boolean isOptional = !program.autoload();
    String name = program.name();
    ProgramType type = program.type();
    note(new Subject.OfProgramType(type), type.since(), isOptional, name);
    attaching(program, isOptional);
    capability(privilege(type), isOptional, name);
    if (TYPED.contains(type)) {
      note(new Subject.OfTypes(), "5.2", isOptional, name);
    }
    Requirements requirements = Requirements.of(program.code());
    for (int id : requirements.helpers()) {
      Optional<Helper> helper = Helpers.of(id);
      helper.ifPresent(its -> note(new Subject.OfHelper(its, type), its.since(), isOptional, name));
    }
    for (CallTarget.KernelSymbol function : requirements.functions()) {
      note(
          new Subject.OfFunction(function.name(), type),
          Kfunc.named(function.name()).map(its -> its.since(type)).orElse(""),
          isOptional || function.isWeak(),
          name);
      note(new Subject.OfTypes(), "5.2", isOptional || function.isWeak(), name);
    }
    for (WideSource.KernelSymbol symbol : requirements.symbols()) {
      note(
          new Subject.OfSymbol(symbol.name(), symbol.isTyped()),
          symbol.isTyped() ? "5.10" : "",
          isOptional || symbol.isWeak(),
          name);
    }
    for (MachineFeature feature : MachineFeature.values()) {
      if (requirements.features().contains(feature)) {
        note(new Subject.OfMachine(feature), feature.since(), isOptional, name);
      }
    }
    object.types().ifPresent(types -> relocations(program, types, isOptional));
  }

  private void attaching(ProgramSpec program, boolean isOptional) {
    Optional<SectionName> section = SectionName.of(program.section());
    if (section.isEmpty()) {
      return;
    }
    Release since = Release.parse(program.type().since());
    Optional<AttachType> attach = program.expectedAttach();
    if (attach.isPresent() && !WITH_OLDER_WAYS.contains(attach.get())) {
      since = since.max(Release.parse(attach.get().since()));
    }
    if ((program.flags() & SLEEPABLE) != 0 && program.type() != ProgramType.SYSCALL) {
      since = since.max(SLEEPABLE_SINCE);
    }
    if ((program.flags() & FRAGMENTS) != 0) {
      since = since.max(FRAGMENTS_SINCE);
    }
    note(
        new Subject.OfAttaching(section.get().name(), program.type(), attach),
        Optional.of(since),
        isOptional,
        program.name());
  }

  private void relocations(ProgramSpec program, Btf types, boolean isOptional) {
    // What a program asks for before it uses it, it can do without.
    Set<String> asked = new HashSet<>();
    for (CoreRelocation relocation : program.relocations()) {
      if (CoreNames.isTentative(types, relocation)) {
        asked.add(CoreNames.of(types, relocation));
      }
    }
    for (CoreRelocation relocation : program.relocations()) {
      if (relocation.kind() != io.waggle.bpf.core.CoreKind.TYPE_ID_LOCAL) {
        String what = CoreNames.of(types, relocation);
        boolean canDoWithout = isOptional || asked.contains(what);
        note(new Subject.OfTypes(), "5.2", canDoWithout, program.name());
        note(new Subject.OfType(what), "", canDoWithout, program.name());
      }
    }
  }

  private void map(MapSpec map) {
    boolean isOptional = !map.traits().isAutocreated();
    note(new Subject.OfMapType(map.type()), map.type().since(), isOptional, "");
    map.traits().inner().ifPresent(this::map);
    if (map.type() == MapType.STRUCT_OPS) {
      note(new Subject.OfTypes(), "5.2", isOptional, "");
    }
  }

  private void options() {
    KernelOption.ofEvery().forEach(its -> option(its, false, ""));
    for (ProgramSpec program : object.programs()) {
      boolean isOptional = !program.autoload();
      List<KernelOption> options = new ArrayList<>(KernelOption.of(program.type()));
      options.addAll(KernelOption.ofSection(program.section()));
      program
          .expectedAttach()
          .filter(its -> !WITH_OLDER_WAYS.contains(its))
          .ifPresent(its -> options.addAll(KernelOption.of(its)));
      for (int id : Requirements.of(program.code()).helpers()) {
        Helpers.of(id).ifPresent(its -> options.addAll(KernelOption.of(its)));
      }
      options.forEach(its -> option(its, isOptional, program.name()));
    }
    for (MapSpec map : object.maps()) {
      boolean isOptional = !map.traits().isAutocreated();
      KernelOption.of(map.type()).forEach(its -> option(its, isOptional, ""));
    }
    Noted types = noted.get(new Subject.OfTypes());
    if (types != null) {
      KernelOption.ofTypes().forEach(its -> option(its, types.isOptional, ""));
    }
  }

  private void option(KernelOption option, boolean isOptional, String program) {
    // The versions of options follow from those of what needs them.
    note(new Subject.OfOption(option), "", isOptional, program);
  }

  private void capability(String name, boolean isOptional, String program) {
    if (!name.isEmpty()) {
      note(new Subject.OfCapability(name), "", isOptional, program);
    }
  }

  /** What the kernel asks for beside CAP_BPF (kernel/bpf/syscall.c, bpf_prog_load). */
  private static String privilege(ProgramType type) {
    return switch (type) {
      case KPROBE,
          TRACEPOINT,
          PERF_EVENT,
          RAW_TRACEPOINT,
          RAW_TRACEPOINT_WRITABLE,
          TRACING,
          LSM,
          STRUCT_OPS,
          EXT ->
          "CAP_PERFMON";
      case SCHED_CLS,
          SCHED_ACT,
          XDP,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL,
          SK_SKB,
          SK_MSG,
          FLOW_DISSECTOR,
          CGROUP_DEVICE,
          CGROUP_SOCK,
          CGROUP_SOCK_ADDR,
          CGROUP_SOCKOPT,
          CGROUP_SYSCTL,
          SOCK_OPS,
          NETFILTER ->
          "CAP_NET_ADMIN";
      default -> "";
    };
  }
}
