package io.waggle.symbols;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the addresses in one process are: functions of the files it maps, or those that it made at
 * run time and lists for perf. What it maps is read when first asked and again when an address is
 * in none of it, so that libraries loaded later are found; what is known stays known after the
 * process has ended.
 */
public final class ProcessSymbols {
  private final int pid;
  private final SymbolFiles files;
  private final Path proc;
  private AddressSpace space = AddressSpace.parse(List.of());
  private Optional<PerfMap> perfMap = Optional.empty();

  /** Those of a process, with files shared with other processes. */
  public ProcessSymbols(int pid, SymbolFiles files) {
    this.pid = pid;
    this.files = files;
    this.proc = Path.of("/proc", Integer.toString(pid));
    refresh();
  }

  /** Reads again what the process maps, as after it executed another program. */
  public void refresh() {
    try {
      // File names need not be UTF-8, which readAllLines would insist on.
      byte[] maps = Files.readAllBytes(proc.resolve("maps"));
      if (maps.length > 0) {
        space = AddressSpace.parse(new String(maps, StandardCharsets.UTF_8).lines().toList());
        perfMap = Optional.empty();
      }
    } catch (IOException e) {
      // It has ended, or is none of ours to read: what was known has to do.
    }
  }

  /** What an address is. */
  public Location find(long address) {
    Optional<AddressSpace.Part> part = space.find(address);
    if (part.isEmpty()) {
      refresh();
      part = space.find(address);
    }
    if (part.isEmpty()) {
      return Location.unknown(address);
    }
    String file = part.get().file();
    if (!file.startsWith("/") || file.startsWith("/memfd:")) {
      return made(address, part.get());
    }
    long offset = address - part.get().start() + part.get().offset();
    return files
        .open(path(part.get()))
        .flatMap(symbols -> symbols.find(offset, file))
        .orElseGet(() -> new Location("", offset, file));
  }

  /** Code without a file. */
  private Location made(long address, AddressSpace.Part part) {
    Optional<Location> listed = perfMap().find(address);
    if (listed.isEmpty()) {
      // The list grows while the process runs.
      perfMap = Optional.empty();
      listed = perfMap().find(address);
    }
    return listed.orElseGet(() -> new Location("", address - part.start(), part.file()));
  }

  private PerfMap perfMap() {
    if (perfMap.isEmpty()) {
      perfMap = Optional.of(PerfMap.read(perfMapFile()));
    }
    return perfMap.get();
  }

  /** The process names the file by the number it has itself, which a container changes. */
  private Path perfMapFile() {
    String number = Integer.toString(pid);
    try {
      for (String line : Files.readAllLines(proc.resolve("status"))) {
        if (line.startsWith("NSpid:")) {
          number = line.substring(line.lastIndexOf('\t') + 1);
        }
      }
    } catch (IOException e) {
      return Path.of("/tmp/perf-" + pid + ".map");
    }
    return proc.resolve("root/tmp/perf-" + number + ".map");
  }

  private Path path(AddressSpace.Part part) {
    if (part.isDeleted()) {
      // The kernel still has the file, under the mapping's addresses.
      return proc.resolve(
          "map_files/" + Long.toHexString(part.start()) + "-" + Long.toHexString(part.end()));
    }
    Path inside = proc.resolve("root" + part.file());
    return Files.exists(inside) ? inside : Path.of(part.file());
  }
}
