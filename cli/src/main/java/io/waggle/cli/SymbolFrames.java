package io.waggle.cli;

import io.waggle.pack.FrameNames;
import io.waggle.symbols.KernelSymbols;
import io.waggle.symbols.Location;
import io.waggle.symbols.ProcessSymbols;
import io.waggle.symbols.SymbolFiles;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Names of frames from kallsyms and the files that processes run. */
final class SymbolFrames implements FrameNames, AutoCloseable {
  /** Processes whose files are remembered; a profile of a busy machine sees many short ones. */
  private static final int MOST_PROCESSES = 256;

  private final SymbolFiles files = new SymbolFiles();
  private final Map<Integer, ProcessSymbols> processes = new HashMap<>();
  private Optional<KernelSymbols> kernel = Optional.empty();

  @Override
  public Optional<String> kernel(long address) {
    if (kernel.isEmpty()) {
      kernel = Optional.of(new KernelSymbols());
    }
    return text(kernel.get().find(address));
  }

  @Override
  public Optional<String> user(int pid, long address) {
    if (processes.size() > MOST_PROCESSES) {
      processes.clear();
    }
    return text(processes.computeIfAbsent(pid, id -> new ProcessSymbols(id, files)).find(address));
  }

  private static Optional<String> text(Location location) {
    return location.hasSymbol()
        ? Optional.of(location.symbol() + "+0x" + Long.toHexString(location.offset()))
        : Optional.empty();
  }

  @Override
  public void close() {
    files.close();
  }
}
