module io.waggle.cli {
  requires transitive io.waggle.script;
  exports io.waggle.cli;
}
