package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.SymbolTable;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Where functions of programs and libraries lie in their files, by the files' symbol tables. */
final class BinaryFunction {
  /** Where libraries are looked for, after {@code LD_LIBRARY_PATH}. */
  private static final List<String> LIBRARY_FOLDERS =
      List.of(
          "/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib64",
          "/lib64",
          "/usr/lib",
          "/lib");

  private BinaryFunction() {}

  /**
   * The file that a name means: a path, a library, or a program on the path.
   *
   * @throws AttachException if there is none
   */
  static Path file(String name) {
    if (name.contains("/")) {
      Path path = Path.of(name);
      if (Files.isRegularFile(path)) {
        return path.toAbsolutePath();
      }
      throw new AttachException("there is no file " + name);
    }
    boolean isLibrary = name.endsWith(".so") || name.contains(".so.");
    List<String> folders = new ArrayList<>();
    String variable = System.getenv(isLibrary ? "LD_LIBRARY_PATH" : "PATH");
    if (variable != null) {
      folders.addAll(List.of(variable.split(File.pathSeparator)));
    }
    if (isLibrary) {
      folders.addAll(LIBRARY_FOLDERS);
    }
    for (String folder : folders) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(candidate)) {
        return candidate.toAbsolutePath();
      }
    }
    throw new AttachException(
        isLibrary ? "there is no library " + name : "there is no program " + name + " on the path");
  }

  /**
   * File offsets of the code of a function.
   *
   * @throws AttachException if the file has no such function, or is no ELF file
   */
  static List<Long> offsets(Path file, String function) {
    try (ElfFile elf = ElfFile.open(file)) {
      Set<Long> offsets = new LinkedHashSet<>();
      find(elf, elf.dynamicSymbols(), function, offsets);
      if (offsets.isEmpty()) {
        find(elf, elf.symbols(), function, offsets);
      }
      if (offsets.isEmpty()) {
        throw new AttachException("no symbol '" + function + "' in " + file + hint(elf, function));
      }
      return List.copyOf(offsets);
    } catch (FormatException damaged) {
      throw new AttachException("cannot look for functions in " + file, damaged);
    } catch (UncheckedIOException unreadable) {
      throw new AttachException("cannot read " + file, unreadable);
    }
  }

  private static void find(
      ElfFile elf, Optional<SymbolTable> symbols, String function, Set<Long> offsets) {
    if (symbols.isEmpty()) {
      return;
    }
    SymbolTable table = symbols.get();
    byte[] wanted = function.getBytes(StandardCharsets.UTF_8);
    for (int i = table.find(wanted, 1); i >= 0; i = table.find(wanted, i + 1)) {
      OptionalLong offset =
          table.isFunction(i) ? elf.codeOffset(table.value(i)) : OptionalLong.empty();
      offset.ifPresent(offsets::add);
    }
  }

  private static String hint(ElfFile elf, String function) {
    List<String> names = new ArrayList<>();
    for (Optional<SymbolTable> symbols : List.of(elf.dynamicSymbols(), elf.symbols())) {
      symbols.ifPresent(
          table -> {
            for (int i = 1; i < table.count(); i++) {
              if (table.isFunction(i)) {
                names.add(table.name(i));
              }
            }
          });
    }
    if (names.isEmpty()) {
      return "; it has no symbols";
    }
    String hint = Nearest.hint(function, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }
}
