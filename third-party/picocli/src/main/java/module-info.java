/** Parses command lines and prints their help; the classes come from picocli's sources. */
module info.picocli {
  exports picocli;
}
