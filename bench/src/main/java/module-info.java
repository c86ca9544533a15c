module io.waggle.bench {
  requires io.waggle.bpf;
  requires io.waggle.formats;
  requires io.waggle.kernel;
  requires io.waggle.linux;
}
