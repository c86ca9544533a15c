module io.waggle.bpf {
  requires transitive io.waggle.formats;

  exports io.waggle.bpf;
  exports io.waggle.bpf.core;
  exports io.waggle.bpf.link;
  exports io.waggle.bpf.needs;
  exports io.waggle.bpf.values;
  exports io.waggle.bpf.verifier;
}
