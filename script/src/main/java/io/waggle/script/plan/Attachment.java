package io.waggle.script.plan;

import java.util.List;

/** Where a program attaches, in terms that need no further look-up except tracepoint ids. */
public sealed interface Attachment {

  /** The functions it is in, one for each site, empty where only an address is known. */
  default List<String> functions() {
    return switch (this) {
      case Uprobes uprobes -> uprobes.sites().stream().map(Site::symbol).toList();
      case Kprobes kprobes -> kprobes.sites().stream().map(KernelSite::function).toList();
      case Fentry fentry -> List.of(fentry.function());
      default -> List.of("");
    };
  }

  /** Run once before the first other probe is attached. */
  record Begin() implements Attachment {}

  /** Run once by a runner of tests; passes if it returns 0 and reports no error. */
  record Test(String name) implements Attachment {}

  /** Run once after the last other probe is detached. */
  record End() implements Attachment {}

  /**
   * Entry or return of functions of one file.
   *
   * @param path the file, resolved
   * @param sites where; a site's attach cookie is its index in this list
   */
  record Uprobes(String path, boolean atReturn, List<Site> sites) implements Attachment {
    public Uprobes {
      sites = List.copyOf(sites);
    }
  }

  /**
   * A place in a file.
   *
   * @param symbol name of the function, empty where only an address is known
   * @param offset bytes from the start of the file
   */
  record Site(String symbol, long offset) {}

  /**
   * A probe that a file defines (USDT), where its arguments are in the same places.
   *
   * @param arguments where they are, as the file has it
   * @param places one or more, as inlining multiplies them
   */
  record Usdt(String path, String provider, String name, String arguments, List<UsdtPlace> places)
      implements Attachment {
    public Usdt {
      places = List.copyOf(places);
    }
  }

  /**
   * A place of a probe that a file defines.
   *
   * @param offset bytes from the start of the file
   * @param semaphore file offset of the counter to raise while somebody is attached, 0 for none
   */
  record UsdtPlace(long offset, long semaphore) {}

  /**
   * Entry or return of functions of the kernel, or instructions inside them.
   *
   * @param sites where; a site's attach cookie is its index in this list
   */
  record Kprobes(boolean atReturn, List<KernelSite> sites) implements Attachment {
    public Kprobes {
      sites = List.copyOf(sites);
    }

    /** Whether one link can take them all: function entries by name, more than one. */
    public boolean isMulti() {
      if (sites.size() < 2) {
        return false;
      }
      for (KernelSite site : sites) {
        if (site.offset() != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * A place in the kernel.
   *
   * @param module the module meant, empty for any
   * @param function its name, empty where an address is given
   * @param offset bytes from the function's start, or the address
   */
  record KernelSite(String module, String function, long offset) {}

  /**
   * Entry or return of a function of the kernel with its typed arguments.
   *
   * @param module empty for the kernel itself
   */
  record Fentry(boolean atReturn, String module, String function) implements Attachment {}

  /**
   * Memory that the processor watches.
   *
   * @param length 1, 2, 4 or 8 bytes
   * @param kind reads 1, writes 2, execution 4, added up (HW_BREAKPOINT_*)
   */
  record Watchpoint(long address, int length, int kind) implements Attachment {}

  /** Walks over objects of the kernel of that kind, such as {@code task}, once. */
  record Iterator(String target) implements Attachment {}

  /** Run when this process gets the signal of that name, which lacks the SIG. */
  record Signal(String name) implements Attachment {}

  /** A tracepoint; the program's context is the record of its format file. */
  record Tracepoint(String category, String name) implements Attachment {}

  /**
   * A raw tracepoint; the context holds the arguments as 8-byte words.
   *
   * @param module where it is, empty for the kernel itself
   */
  record RawTracepoint(String module, String name) implements Attachment {}

  /** Unit of {@link Timer}. */
  enum Unit {
    HZ,
    US,
    MS,
    S
  }

  /** Runs {@code count} times a second (HZ) or every {@code count} units, on each CPU or on one. */
  record Timer(Unit unit, long count, boolean everyCpu) implements Attachment {}

  /** Every {@code period} of a perf software event such as {@code page-faults}. */
  record Software(String event, long period) implements Attachment {}

  /** Every {@code period} of a perf hardware event such as {@code cache-misses}. */
  record Hardware(String event, long period) implements Attachment {}
}
