module io.waggle.formats {
  exports io.waggle.formats;
}
