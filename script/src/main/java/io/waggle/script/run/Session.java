package io.waggle.script.run;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.linux.EventFd;
import io.waggle.linux.Interrupt;
import io.waggle.script.output.Output;
import io.waggle.script.plan.Plan;

/**
 * A script run in the foreground, from attaching to the last map: until {@code exit()}, the end of
 * what it traces, or Ctrl-C. A second Ctrl-C ends the process at once.
 *
 * @param quiet says nothing but what the script prints
 * @param printMaps whether the maps are printed at the end
 * @param dryRun ends as soon as everything is attached
 * @param refused what to do about places that the kernel refuses
 */
public record Session(
    Output output, boolean quiet, boolean printMaps, boolean dryRun, Refused refused) {

  /** One that fails if a place is refused. */
  public Session(Output output, boolean quiet, boolean printMaps, boolean dryRun) {
    this(output, quiet, printMaps, dryRun, Refused.FAIL);
  }

  /** Set by those who wait for us, bpftrace's own tests among them: said on standard output. */
  private static final String NOTIFY = "__BPFTRACE_NOTIFY_PROBES_ATTACHED";

  /**
   * Runs a plan to its end.
   *
   * @return the exit status: what {@code exit(code)} said, else that of the command that was traced
   *     if it has ended, else 0
   * @throws RuntimeException as {@link Tracing#attach}
   */
  public int run(Plan plan, Kernel kernel, Target target) {
    try (EventFd stop = new EventFd();
        Interrupt interrupt = Interrupt.into(stop);
        Tracing tracing = Tracing.attach(plan, kernel, output, target, refused)) {
      if (dryRun) {
        return 0;
      }
      target.release();
      announce(tracing);
      tracing.run(stop.fd());
      tracing.finish(printMaps);
      int said = tracing.exitCode();
      return said != 0 ? said : target.status().orElse(0);
    }
  }

  private void announce(Tracing tracing) {
    if (!quiet) {
      output.attachedProbes(tracing.attached());
    }
    output.flush();
    if (System.getenv(NOTIFY) != null) {
      try (OutputFile standard = OutputFile.standardOutput(BufferMode.NONE)) {
        standard.text().put(NOTIFY).put('\n');
        standard.commit();
      }
    }
  }
}
