package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.SectionName;
import io.waggle.bpf.core.CoreException;
import io.waggle.bpf.core.CoreNames;
import io.waggle.bpf.core.CoreRelocation;
import io.waggle.bpf.core.CoreTargets;
import io.waggle.bpf.core.Poison;
import io.waggle.bpf.core.Relocator;
import io.waggle.bpf.needs.Need;
import io.waggle.bpf.needs.Needs;
import io.waggle.bpf.needs.Subject;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.linux.Capability;
import io.waggle.linux.KernelVersion;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks the running kernel for all that an object needs; loads nothing of the object. */
final class NeedsCheck {
  private final BpfObject object;
  private final Features features;
  private final KernelTypes types;
  private final KernelProbe probe;
  private final KernelConfiguration configured = KernelConfiguration.read();
  private final KernelState state = KernelState.read();
  private final Map<String, String> missingTypes = new HashMap<>();

  NeedsCheck(BpfObject object, Features features, KernelTypes types, KernelProbe probe) {
    this.object = object;
    this.features = features;
    this.types = types;
    this.probe = probe;
  }

  Map<Need, Verdict> verdicts(Needs needs) {
    boolean isTyped = hasTypes();
    if (isTyped) {
      relocate();
    }
    Map<Need, Verdict> verdicts = new LinkedHashMap<>();
    for (Need need : needs.all()) {
      verdicts.put(need, verdict(need, isTyped));
    }
    return verdicts;
  }

  private boolean hasTypes() {
    try {
      return types.kernel().count() > 1;
    } catch (MissingTypesException none) {
      return false;
    }
  }

  /** Fits the programs to the kernel's types as a loader would, and notes what it lacks. */
  private void relocate() {
    if (object.types().isEmpty()) {
      return;
    }
    Btf local = object.types().get();
    Relocator relocator =
        new Relocator(
            local,
            new CoreTargets(
                types::kernel,
                () -> types.modules().stream().map(KernelTypes.Module::types).toList()));
    for (ProgramSpec program : object.programs()) {
      Map<Integer, String> names = new HashMap<>();
      for (CoreRelocation relocation : program.relocations()) {
        names.put(relocation.slot(), CoreNames.of(local, relocation));
      }
      try {
        for (Poison poison : relocator.apply(program.code(), program.relocations()).poisoned()) {
          missingTypes.put(names.getOrDefault(poison.slot(), ""), poison.message());
        }
      } catch (CoreException undecided) {
        names.values().forEach(name -> missingTypes.put(name, undecided.getMessage()));
      }
    }
  }

  private Verdict verdict(Need need, boolean isTyped) {
    return switch (need.subject()) {
      case Subject.OfProgramType(ProgramType type) -> Verdict.of(probe.has(type), "");
      case Subject.OfAttaching attaching -> attaching(attaching, need);
      case Subject.OfMapType of -> Verdict.of(probe.has(of.type()), "");
      case Subject.OfHelper of -> helper(of);
      case Subject.OfFunction of ->
          isTyped
              ? Verdict.of(
                  probe.kernelFunction(of.name()).isPresent(),
                  "no such function" + types.hint(BtfKind.FUNC, "", of.name()))
              : Verdict.unknown("the kernel does not describe its types");
      case Subject.OfSymbol of -> symbol(of, isTyped);
      case Subject.OfMachine of -> Verdict.of(probe.has(of.feature()), "");
      case Subject.OfTypes _ -> Verdict.of(isTyped, "no /sys/kernel/btf/vmlinux");
      case Subject.OfType(String name) ->
          isTyped
              ? Optional.ofNullable(missingTypes.get(name))
                  .map(reason -> Verdict.of(false, reason))
                  .orElse(Verdict.YES)
              : Verdict.unknown("the kernel does not describe its types");
      case Subject.OfOption of -> option(of.option().name());
      case Subject.OfCapability(String name) -> capability(name);
    };
  }

  private Verdict helper(Subject.OfHelper of) {
    if (!probe.canTellHelpers(of.caller())) {
      return Verdict.unknown("not to be told for programs of type " + of.caller());
    }
    if (probe.has(of.caller(), of.helper())) {
      return Verdict.YES;
    }
    boolean isElsewhere =
        probe.has(ProgramType.KPROBE, of.helper()) || probe.has(ProgramType.XDP, of.helper());
    return Verdict.of(
        false, isElsewhere ? "not for programs of type " + of.caller() : "unknown helper");
  }

  private Verdict symbol(Subject.OfSymbol of, boolean isTyped) {
    if (!of.isTyped()) {
      boolean isThere = !KernelAddresses.find(Set.of(of.name())).isEmpty();
      return Verdict.of(isThere, "not in /proc/kallsyms");
    }
    if (!isTyped) {
      return Verdict.unknown("the kernel does not describe its types");
    }
    boolean isThere =
        types.find(BtfKind.VAR, of.name(), "").isPresent()
            || types.find(BtfKind.FUNC, of.name(), "").isPresent();
    return Verdict.of(isThere, "no such symbol" + types.hint(BtfKind.VAR, "", of.name()));
  }

  /** Some ways can be tried; of others the kernel's having the type must do. */
  private Verdict attaching(Subject.OfAttaching of, Need need) {
    if (of.program() == ProgramType.LSM) {
      Optional<String> advice = state.lsmAdvice(KernelVersion.running(), configured);
      if (advice.isPresent()) {
        return Verdict.of(false, advice.get());
      }
    }
    Optional<Feature> tried = SectionName.of(of.form()).flatMap(NeedsCheck::feature);
    if (tried.isPresent()) {
      return Verdict.of(features.has(tried.get()), "");
    }
    boolean isOld =
        need.since()
            .filter(since -> !KernelVersion.running().atLeast(since.major(), since.minor()))
            .isPresent();
    return Verdict.of(!isOld && probe.has(of.program()), "");
  }

  /**
   * What is tried for a way to attach; empty where having the type of program is having the way, or
   * where the version alone must tell.
   */
  static Optional<Feature> feature(SectionName section) {
    AttachType type = section.expectedAttach().orElse(AttachType.PERF_EVENT);
    return switch (section.attachWay()) {
      case KPROBE, KRETPROBE, SYSCALL, SYSCALL_RETURN -> Optional.of(Feature.KPROBES);
      case KPROBE_MULTI, KRETPROBE_MULTI ->
          Optional.of(
              type == AttachType.TRACE_KPROBE_SESSION
                  ? Feature.KPROBE_SESSION
                  : Feature.KPROBE_MULTI);
      case UPROBE, URETPROBE, USDT ->
          Optional.of(
              switch (type) {
                case TRACE_UPROBE_MULTI -> Feature.UPROBE_MULTI;
                case TRACE_UPROBE_SESSION -> Feature.UPROBE_SESSION;
                default -> Feature.UPROBES;
              });
      case RAW_TRACEPOINT -> Optional.of(Feature.RAW_TRACEPOINT);
      case TRACING ->
          switch (type) {
            case TRACE_RAW_TP -> Optional.of(Feature.TYPED_TRACEPOINT);
            case MODIFY_RETURN -> Optional.of(Feature.MODIFY_RETURN);
            case TRACE_FSESSION -> Optional.empty(); // newer than what it stands on
            default -> Optional.of(Feature.FENTRY); // all stand on the same trampolines
          };
      case ITERATOR -> Optional.of(Feature.ITERATOR);
      case BY_USER ->
          switch (type) {
            case NETFILTER -> Optional.of(Feature.NETFILTER_LINK);
            case NETKIT_PRIMARY, NETKIT_PEER -> Optional.of(Feature.NETKIT);
            case SK_LOOKUP -> Optional.of(Feature.NAMESPACE_LINK);
            case LSM_CGROUP -> Optional.of(Feature.FENTRY);
            default -> Optional.empty();
          };
      case TRACEPOINT, STRUCT_OPS -> Optional.empty();
    };
  }

  private Verdict option(String name) {
    if (configured.file().isEmpty()) {
      return Verdict.unknown("neither /proc/config.gz nor /boot/config-* can be read");
    }
    return configured
        .option(name)
        .map(value -> Verdict.YES)
        .orElse(Verdict.of(false, "not set in " + configured.file().get()));
  }

  /** CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON, as it did before these were (5.8). */
  private static Verdict capability(String name) {
    Capability capability = Capability.valueOf(name.substring("CAP_".length()));
    boolean isReplaced = capability == Capability.BPF || capability == Capability.PERFMON;
    return Verdict.of(
        capability.held() || isReplaced && Capability.SYS_ADMIN.held(), "run as root or grant it");
  }
}
