package io.waggle.symbols;

import io.waggle.formats.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The symbols of files, each read once however many processes run it. Files stay mapped until this
 * is closed; only the thread that made this may use it.
 */
public final class SymbolFiles implements AutoCloseable {
  private final DebugFiles debugFiles;
  private final Map<String, Optional<FileSymbols>> files = new HashMap<>();

  /** With the debug files that are installed. */
  public SymbolFiles() {
    this(DebugFiles.installed());
  }

  /** With debug files elsewhere. */
  public SymbolFiles(DebugFiles debugFiles) {
    this.debugFiles = debugFiles;
  }

  /** The symbols of a file; empty if it cannot be read or is damaged. */
  Optional<FileSymbols> open(Path file) {
    // Not the path: one path can be another file in each container, and one file have many paths.
    String key;
    try {
      key = Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
    } catch (IOException e) {
      return Optional.empty();
    }
    Optional<FileSymbols> symbols = files.get(key);
    if (symbols == null) {
      symbols = read(file);
      files.put(key, symbols);
    }
    return symbols;
  }

  private Optional<FileSymbols> read(Path file) {
    try {
      return Optional.of(FileSymbols.open(file, debugFiles));
    } catch (FormatException | UncheckedIOException e) {
      // A stack is worth printing without the names of one file.
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    for (Optional<FileSymbols> symbols : files.values()) {
      symbols.ifPresent(FileSymbols::close);
    }
    files.clear();
  }
}
