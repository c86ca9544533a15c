module io.waggle.pack {
  requires transitive io.waggle.c;
  requires transitive io.waggle.kernel;
  requires tools.jackson.databind;

  exports io.waggle.pack;
}
