package io.waggle.cli;

import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One word after {@code waggle}. */
interface Command {
  /** The word. */
  String name();

  /** What it does, in a line. */
  String summary();

  /** Describes the options. Called only for the command that runs, or whose help is asked for. */
  CommandSpec spec();

  /**
   * Does the work.
   *
   * @return the exit status of the process
   * @throws UsageException where the options make no sense together
   */
  int run(ParseResult arguments, PrintStream out, PrintStream err);
}
