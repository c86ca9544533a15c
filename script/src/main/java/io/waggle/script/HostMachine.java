package io.waggle.script;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.ElfHeader;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import io.waggle.linux.Architecture;
import io.waggle.linux.Cpus;
import io.waggle.script.check.Machine;
import io.waggle.script.lower.LoweringOptions;
import io.waggle.script.run.Target;
import io.waggle.symbols.KernelAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The machine that this runs on. */
final class HostMachine implements Machine {
  /** PROC_PID_INIT_INO of include/linux/proc_ns.h. */
  private static final long FIRST_PID_NAMESPACE = 0xeffffffcL;

  private final Target target;

  HostMachine(Target target) {
    this.target = target;
  }

  /** Our process namespace; empty where it is the first one, whose numbers are the kernel's own. */
  static Optional<LoweringOptions.PidNamespace> pidNamespace() {
    try {
      Path file = Path.of("/proc/self/ns/pid");
      long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
      long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
      return inode == FIRST_PID_NAMESPACE
          ? Optional.empty()
          : Optional.of(new LoweringOptions.PidNamespace(device, inode));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  @Override
  public Architecture architecture() {
    return Architecture.current();
  }

  @Override
  public int cpus() {
    return Cpus.possible();
  }

  @Override
  public OptionalLong kernelAddress(String symbol) {
    return KernelAddresses.find(symbol);
  }

  @Override
  public boolean hasKernelFunction(String name) {
    try {
      return Btf.open(Path.of("/sys/kernel/btf/vmlinux")).find(BtfKind.FUNC, name).isPresent();
    } catch (UncheckedIOException | FormatException none) {
      return false;
    }
  }

  @Override
  public Optional<UserSymbol> userSymbol(String file, String name) {
    try (ElfFile elf = ElfFile.open(Path.of(file))) {
      boolean movable = elf.header().type() == ElfHeader.SHARED;
      Optional<Symbol> symbol = symbol(elf.symbols(), name);
      if (symbol.isEmpty()) {
        symbol = symbol(elf.dynamicSymbols(), name);
      }
      return symbol.map(found -> new UserSymbol(found.value(), found.size(), movable));
    } catch (UncheckedIOException | FormatException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<Symbol> symbol(Optional<SymbolTable> table, String name) {
    if (table.isPresent()) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      for (int i = table.get().find(bytes, 0); i >= 0; i = table.get().find(bytes, i + 1)) {
        if (table.get().section(i) != Symbol.UNDEFINED) {
          return Optional.of(table.get().symbol(i));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public long userAddress(String file, long offset) {
    try (ElfFile elf = ElfFile.open(Path.of(file))) {
      return elf.address(offset).orElse(offset);
    }
  }

  @Override
  public OptionalInt child() {
    return target instanceof Target.Command ? target.pid() : OptionalInt.empty();
  }
}
