module io.waggle.script {
  requires transitive io.waggle.compiler;
  requires transitive io.waggle.kernel;
  requires transitive io.waggle.symbols;

  exports io.waggle.script;
  exports io.waggle.script.check;
  exports io.waggle.script.header;
  exports io.waggle.script.lower;
  exports io.waggle.script.output;
  exports io.waggle.script.packed;
  exports io.waggle.script.plan;
  exports io.waggle.script.probes;
  exports io.waggle.script.run;
  exports io.waggle.script.syntax;
  exports io.waggle.script.types;
}
