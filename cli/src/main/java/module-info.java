/** The command line: one class a command. */
module io.waggle.cli {
  requires info.picocli;
  requires transitive io.waggle.script;

  exports io.waggle.cli;
}
