package io.waggle.cli;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Does once what starts of the tool do, so that the JVM can put the classes they load into its AOT
 * cache. The launcher runs it after each build; nothing it prints is shown.
 */
final class Rehearsal {
  private Rehearsal() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    run(nowhere, "--version");
    run(nowhere, "trace", "-q", "-f", "json", "-e", "BEGIN { exit(); }");
    run(nowhere, "trace", "--no-such-option");
  }

  private static void run(PrintStream nowhere, String... arguments) {
    Main.run(arguments, nowhere, nowhere);
  }
}
