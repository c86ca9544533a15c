package io.waggle.pack;

import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.PerfSamples;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import java.util.OptionalInt;

/** Attaches the programs of a package where their sections, or the package, say. */
final class Attachments {
  /** Samples a second, as eunomia-bpf takes them. */
  private static final long HERTZ = 1;

  private Attachments() {}

  /**
   * Attaches all that is loaded.
   *
   * @throws io.waggle.kernel.AttachException if a place does not exist or the kernel refuses
   * @throws PackageException for a program of which nothing says where to attach it
   */
  static void attach(LoadedObject loaded) {
    for (LoadedProgram program : loaded.attachAll()) {
      loaded.attach(program.spec().name(), point(program));
    }
  }

  private static AttachPoint point(LoadedProgram program) {
    String section = program.spec().section();
    return switch (section) {
      case "perf_event" -> clock();
      default ->
          throw new PackageException(
              "program '"
                  + program.spec().name()
                  + "': its section '"
                  + section
                  + "' does not say where to attach it");
    };
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
