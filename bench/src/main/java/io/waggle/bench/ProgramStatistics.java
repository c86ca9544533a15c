package io.waggle.bench;

import io.waggle.linux.Bpf;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramDescription;
import io.waggle.linux.SystemCallException;

/** The kernel's account of the programs loaded since this was enabled; off again when closed. */
final class ProgramStatistics implements AutoCloseable {
  private final Fd enabled;
  private final int before;

  private ProgramStatistics(Fd enabled, int before) {
    this.enabled = enabled;
    this.before = before;
  }

  static ProgramStatistics enable() {
    int last = 0;
    for (int id = BpfIds.PROGRAMS.after(0); id != 0; id = BpfIds.PROGRAMS.after(id)) {
      last = id;
    }
    return new ProgramStatistics(Bpf.enableStats(), last);
  }

  /** Mean run time of the new program that ran {@code runs} times. */
  double nanosPerRun(long runs) {
    for (int id = BpfIds.PROGRAMS.after(before); id != 0; id = BpfIds.PROGRAMS.after(id)) {
      try (Fd program = BpfIds.PROGRAMS.open(id)) {
        ProgramDescription description = BpfProgram.describe(program);
        if (description.runCount() == runs) {
          return (double) description.runTimeNs() / description.runCount();
        }
      } catch (SystemCallException gone) {
        // Some other program that ended between the two calls.
      }
    }
    throw new IllegalStateException("no new program ran " + runs + " times");
  }

  @Override
  public void close() {
    enabled.close();
  }
}
