package io.waggle.cli;

import io.waggle.kernel.Feature;
import io.waggle.kernel.Kernel;
import io.waggle.linux.Architecture;
import io.waggle.linux.Cpus;
import io.waggle.linux.KernelVersion;
import java.util.Locale;

/** What this kernel offers ({@code --info}). */
final class KernelReport {
  private KernelReport() {}

  /** The report, several lines. Asks the kernel, so needs the rights to. */
  static String text(Kernel kernel) {
    StringBuilder text = new StringBuilder("System\n");
    line(text, "kernel", KernelVersion.running().toString());
    line(text, "machine", Architecture.current().name().toLowerCase(Locale.ROOT));
    line(text, "CPUs", Cpus.online().length + " online, " + Cpus.possible() + " possible");
    text.append("\nKernel features\n");
    for (Feature feature : Feature.values()) {
      boolean has = kernel.has(feature);
      line(text, feature.meaning(), has ? "yes" : "no, upstream since " + feature.since());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  ").append(name).append(": ").append(value).append('\n');
  }
}
