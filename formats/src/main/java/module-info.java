/** Bounds-checked readers and writers of binary formats. */
module io.waggle.formats {
  exports io.waggle.formats;
  exports io.waggle.formats.btf;
  exports io.waggle.formats.elf;
}
