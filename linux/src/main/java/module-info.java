/** The kernel's interfaces through {@code java.lang.foreign}; the only module with native calls. */
module io.waggle.linux {
  requires jdk.unsupported; // sun.misc.Signal, see Interrupt

  exports io.waggle.linux;
}
