package io.waggle.pack;

import java.nio.file.Path;
import java.util.List;

/** Makes a BPF object of a C file. */
@FunctionalInterface
public interface ObjectCompiler {

  /**
   * Compiles {@code source} to {@code object}, with debug information.
   *
   * @param flags for the compiler, beside its own
   * @throws RuntimeException if the source does not compile; the message is the compiler's
   */
  void compile(Path source, Path object, List<String> flags);
}
