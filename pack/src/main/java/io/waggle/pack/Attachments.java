package io.waggle.pack;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.PerfSamples;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/** Attaches the programs of a package where their sections, the package or the user say. */
final class Attachments {
  /** Samples a second, as eunomia-bpf takes them. */
  private static final long HERTZ = 1;

  private final NetworkHooks hooks;

  Attachments(Meta.Skeleton skeleton, RunOptions options) {
    hooks = new NetworkHooks(skeleton, options.networkInterface());
  }

  /**
   * Attaches all that is loaded, but for programs that others call.
   *
   * @throws io.waggle.kernel.AttachException if a place does not exist or the kernel refuses
   * @throws PackageException for a program of which nothing says where to attach it
   */
  void attach(LoadedObject loaded, BpfObject object) {
    Set<String> called = called(object);
    for (LoadedProgram program : loaded.attachAll()) {
      if (!called.contains(program.spec().name())) {
        loaded.attach(program.spec().name(), point(program));
      }
    }
  }

  /** Programs that tail calls reach. */
  private static Set<String> called(BpfObject object) {
    Set<String> names = new HashSet<>();
    for (MapSpec map : object.maps()) {
      if (map.type() == MapType.PROG_ARRAY) {
        names.addAll(map.traits().slots().values());
      }
    }
    return names;
  }

  private AttachPoint point(LoadedProgram program) {
    ProgramType type = program.spec().type();
    if (type == ProgramType.PERF_EVENT) {
      return clock();
    }
    return hooks
        .find(program.spec())
        .orElseThrow(
            () ->
                new PackageException(
                    "program '"
                        + program.spec().name()
                        + "': its section '"
                        + program.spec().section()
                        + "' does not say where to attach it"));
  }

  /** The CPUs' clocks, which virtual machines have too, unlike counters of cycles. */
  private static AttachPoint clock() {
    return new PerfSamples(
        "cpu-clock",
        PerfEventAttributes.frequency(new PerfEventSource.Software(0), HERTZ),
        true,
        OptionalInt.empty());
  }
}
