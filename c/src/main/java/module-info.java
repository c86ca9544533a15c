module io.waggle.c {
  requires transitive io.waggle.kernel;

  exports io.waggle.c;
}
