package io.waggle.kernel;

import io.waggle.linux.BpfLink;
import io.waggle.linux.Cpus;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.PerfEvent;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.Processes;
import io.waggle.linux.SystemCallException;
import java.util.ArrayList;
import java.util.List;

/** The shapes of links: one descriptor, a perf event with its program, several at once. */
final class Links {
  private Links() {}

  /** A link that is one descriptor. */
  static Link of(Fd fd) {
    return fd::close;
  }

  /** Links that close together, the last first. */
  static Link all(List<Link> links) {
    return () -> {
      for (int i = links.size() - 1; i >= 0; i--) {
        links.get(i).close();
      }
    };
  }

  /**
   * Opens a perf event and runs the program at each of its samples.
   *
   * <p>Kernels before 5.15 have no perf event links, so no cookies either: there the program is
   * bound to the event itself.
   *
   * @throws UnsupportedOperationException for a cookie on such a kernel
   */
  static Link perfEvent(
      LoadedProgram program, PerfEventAttributes attributes, int pid, int cpu, long cookie) {
    PerfEvent event = PerfEvent.open(attributes, pid, cpu);
    try {
      Fd link = bind(program, event, cookie);
      event.enable();
      return () -> {
        link.close();
        event.close();
      };
    } catch (RuntimeException failure) {
      event.close();
      throw failure;
    }
  }

  /**
   * Runs the program at each sample of an event on CPUs, whatever runs there.
   *
   * @param everyCpu on each that is online, or on the first alone
   */
  static Link ofCpus(LoadedProgram program, PerfEventAttributes attributes, boolean everyCpu) {
    int[] cpus = Cpus.online();
    List<Link> links = new ArrayList<>();
    try {
      for (int i = 0; i < (everyCpu ? cpus.length : 1); i++) {
        links.add(perfEvent(program, attributes, PerfEvent.ALL_PROCESSES, cpus[i], 0));
      }
      return all(links);
    } catch (RuntimeException failure) {
      all(links).close();
      throw failure;
    }
  }

  /** As {@link #ofCpus} for one process: all threads it has and those it starts later. */
  static Link ofThreads(LoadedProgram program, PerfEventAttributes attributes, int pid) {
    List<Link> links = new ArrayList<>();
    try {
      for (int thread : Processes.threads(pid)) {
        try {
          links.add(perfEvent(program, attributes.withThreads(), thread, PerfEvent.ALL_CPUS, 0));
        } catch (SystemCallException refused) {
          if (refused.errno() != Errno.ESRCH || thread == pid) {
            throw refused;
          } // else the thread has ended meanwhile
        }
      }
      return all(links);
    } catch (RuntimeException failure) {
      all(links).close();
      throw failure;
    }
  }

  private static Fd bind(LoadedProgram program, PerfEvent event, long cookie) {
    try {
      return BpfLink.perfEvent(program.fd(), event.fd(), cookie);
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.EINVAL || program.features().has(Feature.PERF_EVENT_LINK)) {
        throw refused;
      }
      if (cookie != 0) {
        throw new UnsupportedOperationException(
            "this kernel lacks " + Feature.PERF_EVENT_LINK.requirement(), refused);
      }
      event.attach(program.fd());
      return event.fd();
    }
  }
}
