package io.waggle.script.probes;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Executables and libraries of this machine. Files are opened for each question and not kept. */
public final class ElfBinaries implements Binaries {

  @Override
  public Optional<Path> library(String name, OptionalInt pid) {
    return Libraries.find(name, pid);
  }

  @Override
  public boolean isBinary(Path file) {
    return ElfFunctions.isElf(file);
  }

  @Override
  public Optional<Function> function(Path file, String name) {
    try (ElfFunctions elf = ElfFunctions.open(file)) {
      return elf.find(name);
    }
  }

  @Override
  public List<Function> functions(Path file) {
    try (ElfFunctions elf = ElfFunctions.open(file)) {
      return elf.all().stream().sorted(Comparator.comparing(Function::name)).distinct().toList();
    }
  }

  @Override
  public OptionalLong offset(Path file, long address) {
    try (ElfFunctions elf = ElfFunctions.open(file)) {
      return elf.offset(address);
    }
  }
}
