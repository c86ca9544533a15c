/** The command line: one class a command. */
module io.waggle.cli {
  requires info.picocli;
  requires io.waggle.pack;
  requires transitive io.waggle.script;

  exports io.waggle.cli;
}
