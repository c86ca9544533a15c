package io.waggle.script.probes;

import io.waggle.formats.usdt.StaticProbe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What resolving uprobes asks about executables and libraries. */
public interface Binaries {

  /**
   * A function of a file.
   *
   * @param offset bytes from the start of the file to its first instruction
   * @param size bytes of its code, 0 if the file does not say
   */
  record Function(String name, long offset, long size) {}

  /** The file of a library named such as {@code libc} or {@code libssl.so.3}. */
  Optional<Path> library(String name, OptionalInt pid);

  /** True for a file in the format, an executable or a shared object. */
  boolean isBinary(Path file);

  /**
   * The function of that name.
   *
   * @throws ProbeException for a file in another format
   */
  Optional<Function> function(Path file, String name);

  /**
   * All functions, sorted by name.
   *
   * @throws ProbeException for a file in another format
   */
  List<Function> functions(Path file);

  /**
   * Where the code of a line of the source starts, in each function that has some.
   *
   * @param source path of a source file, or the end of one from a folder on
   * @throws ProbeException if the file tells of no such line, with the nearest, or is in another
   *     format
   */
  List<Function> atLine(Path file, String source, int line, OptionalInt column);

  /**
   * The probes that the file defines (USDT), one for each place.
   *
   * @throws ProbeException for a file in another format
   */
  List<StaticProbe> staticProbes(Path file);

  /** Where in the file the code at {@code address} lies, the address as linked. */
  OptionalLong offset(Path file, long address);
}
