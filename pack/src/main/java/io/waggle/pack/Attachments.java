package io.waggle.pack;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.Cgroup;
import io.waggle.kernel.FlowDissector;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.PerfSamples;
import io.waggle.kernel.SocketLookup;
import io.waggle.linux.Fd;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Attaches the programs of a package where their sections, the package or the user say. */
final class Attachments {
  /** Samples a second, as eunomia-bpf takes them. */
  private static final long HERTZ = 1;

  private final NetworkHooks hooks;
  private final Optional<String> cgroup;

  Attachments(Meta.Skeleton skeleton, RunOptions options) {
    hooks = new NetworkHooks(skeleton, options.networkInterface());
    cgroup = options.cgroup();
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
        loaded.attach(program.spec().name(), point(program.spec()));
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

  private AttachPoint point(ProgramSpec program) {
    if (isOfCgroups(program)) {
      return new Cgroup(group(program));
    }
    return switch (program.type()) {
      case PERF_EVENT -> clock();
      case SK_LOOKUP -> new SocketLookup();
      case FLOW_DISSECTOR -> new FlowDissector();
      default ->
          hooks
              .find(program)
              .orElseThrow(
                  () ->
                      refusal(
                          program,
                          "its section '"
                              + program.section()
                              + "' does not say where to attach it"));
    };
  }

  private static boolean isOfCgroups(ProgramSpec program) {
    return program
        .expectedAttach()
        .filter(hook -> hook.name().startsWith("CGROUP_") || hook == AttachType.LSM_CGROUP)
        .isPresent();
  }

  private Path group(ProgramSpec program) {
    return cgroup
        .map(Path::of)
        .orElseThrow(
            () ->
                refusal(
                    program,
                    "nothing says which control group it is for; choose one: --cgroup FOLDER"));
  }

  private static PackageException refusal(ProgramSpec program, String reason) {
    return new PackageException("program '" + program.name() + "': " + reason);
  }

  /**
   * Puts the control group into the maps that hold such.
   *
   * @throws io.waggle.kernel.AttachException if there is no such group
   */
  void fill(LoadedObject loaded, BpfObject object) {
    for (MapSpec map : object.maps()) {
      if (map.type() == MapType.CGROUP_ARRAY && cgroup.isPresent()) {
        try (Arena arena = Arena.ofConfined();
            Fd folder = new Cgroup.Group.Folder(Path.of(cgroup.get())).open()) {
          loaded
              .map(map.name())
              .update(
                  arena.allocateFrom(ValueLayout.JAVA_INT, 0),
                  arena.allocateFrom(ValueLayout.JAVA_INT, folder.number()));
        }
      }
    }
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
