package io.waggle.pack;

import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.RawTracepoint;
import io.waggle.kernel.Tracepoint;

/** Attaches the programs of a package where their sections, or the package, say. */
final class Attachments {
  private Attachments() {}

  static void attach(LoadedObject loaded, Meta meta, RunOptions options) {
    for (Meta.ProgramMeta program : meta.skeleton().programs()) {
      if (program.link()) {
        loaded.attach(program.name(), point(program));
      }
    }
  }

  private static AttachPoint point(Meta.ProgramMeta program) {
    String[] parts = program.attach().split("/", 3);
    if (parts.length == 3 && (parts[0].equals("tp") || parts[0].equals("tracepoint"))) {
      return new Tracepoint(parts[1], parts[2]);
    }
    if (parts.length == 2 && (parts[0].equals("raw_tp") || parts[0].equals("raw_tracepoint"))) {
      return new RawTracepoint(parts[1]);
    }
    throw new PackageException(
        "program '"
            + program.name()
            + "': its section '"
            + program.attach()
            + "' does not say where to attach it");
  }
}
