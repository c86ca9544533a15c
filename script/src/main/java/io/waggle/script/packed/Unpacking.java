package io.waggle.script.packed;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.ProgramSpec;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfField;
import io.waggle.formats.btf.BtfKind;
import io.waggle.kernel.Feature;
import io.waggle.kernel.Kernel;
import io.waggle.linux.Architecture;
import io.waggle.linux.Clock;
import io.waggle.linux.Cpus;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Fact;
import io.waggle.script.plan.Plan;
import io.waggle.script.plan.ProbePlan;
import io.waggle.script.probes.ElfBinaries;
import io.waggle.symbols.KernelAddresses;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Fits a package to the machine that runs it: answers its facts from the kernel's own types and
 * symbols, looks functions of files up again, and declares probes of many places the way this
 * kernel takes them. Nothing is compiled.
 */
public final class Unpacking {
  private final ScriptPackage packed;
  private final Kernel kernel;
  private Optional<Btf> types = Optional.empty();

  private Unpacking(ScriptPackage packed, Kernel kernel) {
    this.packed = packed;
    this.kernel = kernel;
  }

  /**
   * The plan to run here.
   *
   * @throws PackageMismatchException if this machine lacks what the package asks for
   */
  public static Plan plan(ScriptPackage packed, Kernel kernel) {
    return new Unpacking(packed, kernel).plan();
  }

  private Plan plan() {
    Plan plan = packed.plan();
    if (packed.architecture() != Architecture.current()) {
      throw new PackageMismatchException(
          packed.name() + " was built for " + packed.architecture() + "; build it on this machine");
    }
    List<ProbePlan> probes = new ArrayList<>();
    for (ProbePlan probe : plan.probes()) {
      probes.add(new ProbePlan(probe.program(), placed(probe.attachment()), probe.names()));
    }
    List<ProgramSpec> programs = new ArrayList<>();
    for (ProgramSpec program : plan.object().programs()) {
      programs.add(declared(program, probes));
    }
    List<MapSpec> maps = new ArrayList<>();
    for (MapSpec map : plan.object().maps()) {
      maps.add(map.name().equals(Plan.FACTS) ? answered(map, plan.facts()) : map);
    }
    return new Plan(
        new BpfObject(plan.object().license(), maps, programs),
        probes,
        plan.maps(),
        plan.actions(),
        plan.timeFormats(),
        plan.counters());
  }

  private MapSpec answered(MapSpec map, List<Fact> facts) {
    ByteBuffer values = ByteBuffer.allocate(8 * facts.size()).order(ByteOrder.nativeOrder());
    for (Fact fact : facts) {
      values.putLong(answer(fact));
    }
    return new MapSpec(
        map.name(),
        map.type(),
        map.keySize(),
        map.valueSize(),
        map.maxEntries(),
        map.flags(),
        Bytes.of(values.array()));
  }

  private long answer(Fact fact) {
    return switch (fact) {
      case Fact.Offset(String structure, String member) -> offset(structure, member);
      case Fact.KernelSymbol(String name) ->
          KernelAddresses.find(name)
              .orElseThrow(
                  () ->
                      new PackageMismatchException(
                          packed.name()
                              + " needs the kernel's symbol "
                              + name
                              + ", which it lacks"));
      case Fact.Start() -> Clock.BOOTTIME.nanos();
      case Fact.Cpus() -> Cpus.online().length;
    };
  }

  private long offset(String structure, String member) {
    if (types.isEmpty()) {
      types = Optional.of(Btf.open(Path.of("/sys/kernel/btf/vmlinux")));
    }
    int space = structure.indexOf(' ');
    int kind = structure.startsWith("union ") ? BtfKind.UNION : BtfKind.STRUCT;
    OptionalInt type = types.get().find(kind, structure.substring(space + 1));
    Optional<BtfField> field =
        type.isPresent() ? types.get().field(type.getAsInt(), member) : Optional.empty();
    if (field.isEmpty()) {
      throw new PackageMismatchException(
          packed.name() + " needs " + structure + "." + member + ", which this kernel lacks");
    }
    return field.get().offset();
  }

  private Attachment placed(Attachment attachment) {
    if (!(attachment instanceof Attachment.Uprobes uprobes)) {
      return attachment;
    }
    ElfBinaries binaries = new ElfBinaries();
    List<Attachment.Site> sites = new ArrayList<>();
    for (Attachment.Site site : uprobes.sites()) {
      sites.add(
          site.symbol().isEmpty()
              ? site
              : binaries
                  .function(Path.of(uprobes.path()), site.symbol())
                  .map(found -> new Attachment.Site(site.symbol(), found.offset()))
                  .orElseThrow(
                      () ->
                          new PackageMismatchException(
                              packed.name()
                                  + " needs "
                                  + site.symbol()
                                  + " of "
                                  + uprobes.path()
                                  + ", which is not there")));
    }
    return new Attachment.Uprobes(uprobes.path(), uprobes.atReturn(), sites);
  }

  /** Programs that one link attaches at many places say so when loaded, where the kernel can. */
  private ProgramSpec declared(ProgramSpec program, List<ProbePlan> probes) {
    for (ProbePlan probe : probes) {
      if (probe.program().equals(program.name())
          && probe.attachment() instanceof Attachment.Uprobes
          && kernel.has(Feature.UPROBE_MULTI)) {
        return new ProgramSpec(
            program.name(),
            program.type(),
            Optional.of(AttachType.TRACE_UPROBE_MULTI),
            program.section(),
            program.flags(),
            program.code(),
            program.lines(),
            program.functions());
      }
    }
    return program;
  }
}
