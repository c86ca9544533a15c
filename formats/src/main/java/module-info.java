/** Bounds-checked readers and writers of binary formats, and the writing of text. */
module io.waggle.formats {
  exports io.waggle.formats;
  exports io.waggle.formats.btf;
  exports io.waggle.formats.dwarf;
  exports io.waggle.formats.elf;
  exports io.waggle.formats.text;
  exports io.waggle.formats.usdt;
}
