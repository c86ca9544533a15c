module io.waggle.linux {
  exports io.waggle.linux;
}
