module io.waggle.bench {
  requires io.waggle.kernel;
}
