package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.SectionName;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Asks the running kernel what programs and maps it takes, by trying them. Answers are remembered.
 * One thread at a time.
 *
 * <p>All of it throws {@link io.waggle.linux.PermissionDeniedException} where the process may not
 * load programs.
 */
public final class KernelProbe implements AutoCloseable {
  private static final long CALL = 0x85L;
  private static final long EXIT = 0x95L;

  /** What stands for all functions, tracepoints, hooks and iterators of its kind. */
  private static final Map<AttachType, Example> EXAMPLES =
      Map.of(
          AttachType.TRACE_RAW_TP, new Example(BtfKind.TYPEDEF, "btf_trace_sched_switch"),
          AttachType.TRACE_FENTRY, new Example(BtfKind.FUNC, "bpf_fentry_test1"),
          AttachType.TRACE_FEXIT, new Example(BtfKind.FUNC, "bpf_fentry_test1"),
          AttachType.MODIFY_RETURN, new Example(BtfKind.FUNC, "bpf_modify_return_test"),
          AttachType.TRACE_ITER, new Example(BtfKind.FUNC, "bpf_iter_task"),
          AttachType.LSM_MAC, new Example(BtfKind.FUNC, "bpf_lsm_file_open"),
          AttachType.LSM_CGROUP, new Example(BtfKind.FUNC, "bpf_lsm_socket_create"));

  /** A table of functions that most kernels let programs stand in for, and one of them. */
  private static final String TABLE = "tcp_congestion_ops";

  private static final String MEMBER = "ssthresh";

  private record Example(int kind, String name) {}

  private final KernelTypes types;
  private final ProgramTrial trial = new ProgramTrial();
  private final Map<ProgramType, Boolean> programs = new EnumMap<>(ProgramType.class);
  private final Map<ProgramType, List<ProgramTrial.Context>> contexts =
      new EnumMap<>(ProgramType.class);
  private final Map<ProgramType, Map<Integer, Boolean>> helpers = new EnumMap<>(ProgramType.class);
  private final Map<MapType, Boolean> maps = new EnumMap<>(MapType.class);
  private final Map<MachineFeature, Boolean> machine = new EnumMap<>(MachineFeature.class);

  KernelProbe(KernelTypes types) {
    this.types = types;
  }

  /** Whether programs of a type can be loaded. */
  public boolean has(ProgramType type) {
    return programs.computeIfAbsent(type, this::probe);
  }

  /** Whether maps of a type can be made. */
  public boolean has(MapType type) {
    return maps.computeIfAbsent(type, MapTrial::isTaken);
  }

  /** Whether the machine has a feature. */
  public boolean has(MachineFeature feature) {
    return machine.computeIfAbsent(
        feature,
        its ->
            its == MachineFeature.CALLBACKS
                ? has(ProgramType.SOCKET_FILTER, Helpers.named("for_each_map_elem").orElseThrow())
                : new MachineTrial(trial).has(its));
  }

  /**
   * Whether programs of a type may call a helper in at least one of the places that they attach to.
   */
  public boolean has(ProgramType type, Helper helper) {
    return helpers
        .computeIfAbsent(type, _ -> new HashMap<>())
        .computeIfAbsent(helper.id(), id -> mayCall(type, id));
  }

  /** The helpers that programs of a type may call, by number. */
  public List<Helper> helpers(ProgramType type) {
    List<Helper> callable = new ArrayList<>();
    for (Helper helper : Helpers.all()) {
      if (has(type, helper)) {
        callable.add(helper);
      }
    }
    return callable;
  }

  /** Whether the helpers of a type can be told: not of those that stand in for other programs. */
  public boolean canTellHelpers(ProgramType type) {
    return !contexts(type).isEmpty();
  }

  private boolean probe(ProgramType type) {
    for (ProgramTrial.Context context : candidates(type)) {
      if (trial.load(context, ProgramTrial.NOTHING).isVerified()) {
        return true;
      }
    }
    return false;
  }

  private boolean mayCall(ProgramType type, int helper) {
    for (ProgramTrial.Context context : contexts(type)) {
      ProgramTrial.Answer answer = trial.load(context, CALL | (long) helper << 32, EXIT);
      if (answer.isVerified() && !isUnknown(answer.log())) {
        return true;
      }
    }
    return false;
  }

  /** Wordings of kernel/bpf/verifier.c, check_helper_call. */
  static boolean isUnknown(String log) {
    return log.contains("unknown func ")
        || log.contains("invalid func ")
        || log.contains("cannot use helper ")
        || log.contains("might sleep in a non-sleepable");
  }

  /** The contexts in which this kernel takes a program of the type. */
  private List<ProgramTrial.Context> contexts(ProgramType type) {
    return contexts.computeIfAbsent(
        type,
        its ->
            candidates(its).stream()
                .filter(context -> trial.load(context, ProgramTrial.NOTHING).isLoaded())
                .toList());
  }

  /** All that sections can ask for, and the type alone. */
  private Set<ProgramTrial.Context> candidates(ProgramType type) {
    Set<ProgramTrial.Context> candidates = new LinkedHashSet<>();
    if (type == ProgramType.EXT) {
      // The verifier says that functions of the kernel cannot be replaced; others are not at hand.
      candidates.add(new ProgramTrial.Context(type.id(), 0, 0, 1));
      return candidates;
    }
    if (type == ProgramType.STRUCT_OPS) {
      candidates.add(table());
      return candidates;
    }
    for (SectionName section : SectionName.entries()) {
      if (section.type() == type) {
        int attach = section.expectedAttach().map(AttachType::id).orElse(0);
        int kernelType = section.expectedAttach().map(this::example).orElse(0);
        candidates.add(new ProgramTrial.Context(type.id(), attach, section.flags(), kernelType));
      }
    }
    return candidates;
  }

  private int example(AttachType type) {
    Example example = EXAMPLES.get(type);
    if (example == null) {
      return 0;
    }
    return find(example.kind(), example.name()).orElse(0);
  }

  private OptionalInt find(int kind, String name) {
    try {
      return types.kernel().find(kind, name);
    } catch (MissingTypesException none) {
      return OptionalInt.empty();
    }
  }

  private ProgramTrial.Context table() {
    OptionalInt table = find(BtfKind.STRUCT, TABLE);
    int member = 0;
    if (table.isPresent()
        && types.kernel().type(table.getAsInt()) instanceof BtfType.Struct struct) {
      List<String> names = struct.members().stream().map(BtfType.Member::name).toList();
      member = Math.max(names.indexOf(MEMBER), 0);
    }
    return new ProgramTrial.Context(ProgramType.STRUCT_OPS.id(), member, 0, table.orElse(1));
  }

  /**
   * Where the kernel has a function that programs may call by name.
   *
   * @return the module's name, empty for the kernel itself; nothing if there is no such function or
   *     the kernel does not describe its types
   */
  public Optional<String> kernelFunction(String name) {
    try {
      return types.find(BtfKind.FUNC, name, "").map(KernelTypes.Place::module);
    } catch (MissingTypesException none) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    trial.close();
  }
}
