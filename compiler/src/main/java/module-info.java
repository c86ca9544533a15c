module io.waggle.compiler {
  requires transitive io.waggle.bpf;

  exports io.waggle.compiler;
}
