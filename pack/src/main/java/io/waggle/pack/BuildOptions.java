package io.waggle.pack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to make a package of.
 *
 * @param source the C file
 * @param header of the structures that the program exports
 * @param folder where the package goes
 * @param headerOnly whether the source is a header of structures, without programs
 * @param flags for clang
 */
public record BuildOptions(
    Path source, Optional<Path> header, Path folder, boolean headerOnly, List<String> flags) {
  public BuildOptions {
    flags = List.copyOf(flags);
  }
}
