module io.waggle.bpf {
  requires transitive io.waggle.formats;

  exports io.waggle.bpf;
  exports io.waggle.bpf.values;
}
