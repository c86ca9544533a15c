module io.waggle.kernel {
  requires transitive io.waggle.linux;
  requires transitive io.waggle.bpf;

  exports io.waggle.kernel;
}
