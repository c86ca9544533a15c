package io.waggle.script.lower;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.compiler.Program;
import io.waggle.script.check.CheckedProbe;
import io.waggle.script.check.CheckedScript;
import io.waggle.script.check.MapSymbol;
import io.waggle.script.check.Term;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.plan.Plan;
import io.waggle.script.plan.ProbePlan;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * From a checked script to a plan: one BPF program for each probe, the maps they need, and what
 * user space does for their events.
 */
public final class Lowering {
  /** Of events that only timers, begin and end send. */
  private static final int SMALL_RING = 1 << 18;

  private static final int LARGE_RING = 1 << 24;

  private final CheckedScript script;
  private final LoweringOptions options;
  private final Consumer<Program> listing;
  private final SupportMaps support = new SupportMaps();
  private final Map<MapSymbol, ScriptMap> maps = new HashMap<>();
  private final List<Action> actions = new ArrayList<>();
  private final List<Counter> counters = new ArrayList<>();
  private final int ringBytes;

  private Lowering(CheckedScript script, LoweringOptions options, Consumer<Program> listing) {
    this.script = script;
    this.options = options;
    this.listing = listing;
    this.ringBytes = options.ringBytes() > 0 ? options.ringBytes() : ring();
  }

  /**
   * Lowers a script.
   *
   * @param listing gets each program in the compiler's intermediate form, for {@code -d ir}
   * @throws io.waggle.compiler.CompileError if a program needs more than a kernel offers
   */
  public static Plan lower(
      CheckedScript script, LoweringOptions options, Consumer<Program> listing) {
    return new Lowering(script, options, listing).lower();
  }

  /** Lowers a script. */
  public static Plan lower(CheckedScript script, LoweringOptions options) {
    return lower(script, options, _ -> {});
  }

  private Plan lower() {
    counters.add(new Counter.LostEvents());
    List<MapPlan> mapPlans = new ArrayList<>();
    List<MapSpec> specs = new ArrayList<>();
    Set<MapSymbol> deleted = deleted();
    for (MapSymbol symbol : script.maps()) {
      ScriptMap map = map(symbol, maps.size(), deleted.contains(symbol));
      maps.put(symbol, map);
      mapPlans.add(new MapPlan(map.name(), map.bpfName(), map.key(), map.value()));
      specs.add(map.spec());
    }
    List<ProgramSpec> programs = new ArrayList<>();
    List<ProbePlan> probes = new ArrayList<>();
    for (CheckedProbe probe : script.probes()) {
      ProgramSpec program = program(probe, programs.size());
      programs.add(program);
      probes.add(new ProbePlan(program.name(), probe.place().attachment(), probe.place().names()));
    }
    specs.addAll(support.specs(ringBytes, counters.size()));
    return new Plan(
        new BpfObject(options.license(), specs, programs),
        probes,
        mapPlans,
        actions,
        script.timeFormats(),
        counters,
        support.facts());
  }

  private ProgramSpec program(CheckedProbe probe, int index) {
    ProgramKind kind = kind(probe.place().attachment());
    String name = kind.label() + "_" + index;
    var compiled =
        new ProgramLowering(script.source(), probe, kind, options)
            .lower(name, support, maps, actions, counters, ringBytes, listing);
    Attachment attachment = probe.place().attachment();
    return new ProgramSpec(
        name,
        kind.type(),
        attachType(attachment),
        section(kind, attachType(attachment), attachment),
        0,
        compiled.code(),
        compiled.lines(),
        compiled.functions());
  }

  /** What the kernel wants to know when it loads the program. */
  private Optional<AttachType> attachType(Attachment attachment) {
    return switch (attachment) {
      case Attachment.Usdt _ when options.uprobeMulti() ->
          Optional.of(AttachType.TRACE_UPROBE_MULTI);
      case Attachment.Uprobes _ when options.uprobeMulti() ->
          Optional.of(AttachType.TRACE_UPROBE_MULTI);
      case Attachment.Kprobes kprobes when kprobes.isMulti() && options.kprobeMulti() ->
          Optional.of(AttachType.TRACE_KPROBE_MULTI);
      case Attachment.Iterator _ -> Optional.of(AttachType.TRACE_ITER);
      case Attachment.Fentry fentry ->
          Optional.of(fentry.atReturn() ? AttachType.TRACE_FEXIT : AttachType.TRACE_FENTRY);
      default -> Optional.empty();
    };
  }

  /** Names how a program attaches and what it is loaded for, as sections of objects do. */
  private static String section(
      ProgramKind kind, Optional<AttachType> type, Attachment attachment) {
    String multi = type.isPresent() ? ".multi" : "";
    return switch (attachment) {
      case Attachment.Fentry(boolean atReturn, String module, String function) ->
          (atReturn ? "fexit/" : "fentry/") + (module.isEmpty() ? "" : module + ":") + function;
      case Attachment.Iterator(String target) -> "iter/" + target;
      case Attachment.Kprobes kprobes -> (kprobes.atReturn() ? "kretprobe" : "kprobe") + multi;
      case Attachment.Uprobes uprobes -> (uprobes.atReturn() ? "uretprobe" : "uprobe") + multi;
      case Attachment.Tracepoint(String category, String name) ->
          "tracepoint/" + category + "/" + name;
      case Attachment.RawTracepoint(String _, String name) -> "raw_tp/" + name;
      default -> kind == ProgramKind.PERF_EVENT ? "perf_event" : ""; // run by us, not attached
    };
  }

  private static ProgramKind kind(Attachment attachment) {
    return switch (attachment) {
      case Attachment.Begin _, Attachment.End _, Attachment.Test _, Attachment.Signal _ ->
          ProgramKind.TEST_RUN;
      case Attachment.Uprobes _, Attachment.Usdt _ -> ProgramKind.UPROBE;
      case Attachment.Kprobes _ -> ProgramKind.KPROBE;
      case Attachment.Fentry _ -> ProgramKind.FENTRY;
      case Attachment.Iterator _ -> ProgramKind.ITERATOR;
      case Attachment.Tracepoint _ -> ProgramKind.TRACEPOINT;
      case Attachment.RawTracepoint _ -> ProgramKind.RAW_TRACEPOINT;
      case Attachment.Timer _,
          Attachment.Software _,
          Attachment.Hardware _,
          Attachment.Watchpoint _ ->
          ProgramKind.PERF_EVENT;
    };
  }

  private ScriptMap map(MapSymbol symbol, int index, boolean deletes) {
    boolean aggregation = symbol.value() instanceof Type.Aggregation;
    boolean scalar = symbol.key().isEmpty();
    MapType type = scalar ? MapType.ARRAY : MapType.HASH;
    int entries = scalar ? 1 : options.maxMapKeys();
    if (!scalar && symbol.declaration().isPresent()) {
      entries = symbol.declaration().get().entries();
      if (symbol.declaration().get().kind().endsWith("lruhash")) {
        type = MapType.LRU_HASH;
      }
    }
    if (aggregation) {
      type =
          switch (type) {
            case ARRAY -> MapType.PERCPU_ARRAY;
            case LRU_HASH -> MapType.LRU_PERCPU_HASH;
            default -> MapType.PERCPU_HASH;
          };
    }
    int counter = 0;
    if (!scalar) {
      counter = counters.size();
      counters.add(new Counter.MapFull(symbol.name()));
    }
    return new ScriptMap(
        symbol.name(),
        bpfName(symbol.name(), index),
        symbol.key(),
        symbol.value(),
        type,
        entries,
        deletes,
        counter);
  }

  /** At most 15 characters of letters, digits and underscores (BPF_OBJ_NAME_LEN). */
  private static String bpfName(String name, int index) {
    String plain = "AT_" + name.substring(1);
    return plain.length() <= 15 ? plain : plain.substring(0, 11) + "_" + index;
  }

  /** The maps of which the script deletes entries one by one. */
  private Set<MapSymbol> deleted() {
    Set<MapSymbol> deleted = new HashSet<>();
    for (CheckedProbe probe : script.probes()) {
      Walk.statements(
          probe.body(),
          new Walk.Visit() {
            @Override
            public void term(Term term) {
              if (term instanceof Term.Delete delete) {
                deleted.add(delete.map());
              }
            }
          });
    }
    return deleted;
  }

  private int ring() {
    for (CheckedProbe probe : script.probes()) {
      boolean rare =
          switch (probe.place().attachment()) {
            case Attachment.Begin _, Attachment.End _, Attachment.Test _, Attachment.Signal _ ->
                true;
            case Attachment.Timer timer -> !timer.everyCpu();
            default -> false;
          };
      if (!rare) {
        return LARGE_RING;
      }
    }
    return SMALL_RING;
  }
}
