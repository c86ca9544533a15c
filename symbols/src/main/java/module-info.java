/** Names of code, and code of names: executables, libraries, processes and the kernel. */
module io.waggle.symbols {
  requires transitive io.waggle.linux;
  requires transitive io.waggle.formats;

  exports io.waggle.symbols;
}
