package io.waggle.script.plan;

import java.util.List;

/** Where a program attaches, in terms that need no further look-up except tracepoint ids. */
public sealed interface Attachment {

  /** Run once before the first other probe is attached. */
  record Begin() implements Attachment {}

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

  /** A tracepoint; the program's context is the record of its format file. */
  record Tracepoint(String category, String name) implements Attachment {}

  /** A raw tracepoint; the context holds the arguments as 8-byte words. */
  record RawTracepoint(String name) implements Attachment {}

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
