package io.waggle.symbols;

import io.waggle.formats.elf.DebugLink;
import io.waggle.formats.elf.ElfFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Finds what was stripped from a file: by its build id below {@code .build-id}, or by the name the
 * file gives, beside it, in its {@code .debug} folder or below the debug folder (the places where
 * gdb looks, too).
 *
 * @param folder the debug folder, {@code /usr/lib/debug} by custom
 */
public record DebugFiles(Path folder) {
  /** Those of {@code /usr/lib/debug}. */
  public static DebugFiles installed() {
    return new DebugFiles(Path.of("/usr/lib/debug"));
  }

  /**
   * The debug file of an ELF file that lies at {@code path}, if there is one.
   *
   * @throws io.waggle.formats.FormatException if {@code elf} is damaged
   */
  public Optional<Path> of(ElfFile elf, Path path) {
    Optional<byte[]> id = elf.buildId();
    if (id.isPresent() && id.get().length > 1) {
      String hex = HexFormat.of().formatHex(id.get());
      Path file =
          folder
              .resolve(".build-id")
              .resolve(hex.substring(0, 2))
              .resolve(hex.substring(2) + ".debug");
      if (Files.isReadable(file)) {
        return Optional.of(file);
      }
    }
    return elf.debugLink().flatMap(link -> linked(link, path.toAbsolutePath()));
  }

  private Optional<Path> linked(DebugLink link, Path path) {
    Path parent = path.getParent();
    if (parent == null || link.file().isEmpty() || link.file().indexOf('/') >= 0) {
      return Optional.empty();
    }
    Path below = folder.resolve(parent.getRoot().relativize(parent));
    for (Path place : List.of(parent, parent.resolve(".debug"), below)) {
      Path file = place.resolve(link.file());
      // A file can name itself when its debug information was stripped in place.
      if (Files.isReadable(file) && !file.equals(path)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
