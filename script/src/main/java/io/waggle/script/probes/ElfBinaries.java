package io.waggle.script.probes;

import io.waggle.bpf.Nearest;
import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.usdt.StaticProbe;
import io.waggle.symbols.FunctionSite;
import io.waggle.symbols.Functions;
import io.waggle.symbols.Libraries;
import java.io.UncheckedIOException;
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
    return ElfFile.isElf(file);
  }

  @Override
  public Optional<Function> function(Path file, String name) {
    try (Functions functions = Functions.open(file)) {
      List<FunctionSite> sites = functions.find(name);
      return sites.isEmpty() ? Optional.empty() : Optional.of(function(sites.getFirst()));
    } catch (UncheckedIOException | FormatException e) {
      throw refused(file, e);
    }
  }

  @Override
  public List<Function> functions(Path file) {
    try (Functions functions = Functions.open(file)) {
      return functions.all().stream()
          .map(ElfBinaries::function)
          .sorted(Comparator.comparing(Function::name))
          .distinct()
          .toList();
    } catch (UncheckedIOException | FormatException e) {
      throw refused(file, e);
    }
  }

  @Override
  public List<Function> atLine(Path file, String source, int line, OptionalInt column) {
    try (Functions functions = Functions.open(file)) {
      List<FunctionSite> sites = functions.atLine(source, line, column);
      if (sites.isEmpty()) {
        throw new ProbeException(
            "No matches for " + file + "@" + source + ":" + line, near(functions, source, line));
      }
      return sites.stream().map(ElfBinaries::function).toList();
    } catch (UncheckedIOException | FormatException e) {
      throw refused(file, e);
    }
  }

  private static String near(Functions functions, String source, int line) {
    List<String> sources = functions.sources();
    if (sources.isEmpty()) {
      return "the file has no line numbers (DWARF); compile it with -g or install its debug file";
    }
    List<Integer> lines = functions.linesOf(source);
    if (lines.isEmpty()) {
      List<String> names = sources.stream().map(each -> fileName(each)).distinct().toList();
      return Nearest.hint(fileName(source), names);
    }
    int below = -1;
    for (int each : lines) {
      if (each >= line) {
        return "line " + each + " of it has code" + (below < 0 ? "" : ", and line " + below);
      }
      below = each;
    }
    return "line " + below + " is the last of it that has code";
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public List<StaticProbe> staticProbes(Path file) {
    try (ElfFile elf = ElfFile.open(file)) {
      return StaticProbe.of(elf);
    } catch (UncheckedIOException | FormatException e) {
      throw refused(file, e);
    }
  }

  @Override
  public OptionalLong offset(Path file, long address) {
    try (Functions functions = Functions.open(file)) {
      return functions.offset(address);
    } catch (UncheckedIOException | FormatException e) {
      throw refused(file, e);
    }
  }

  private static Function function(FunctionSite site) {
    return new Function(site.name(), site.offset(), site.size());
  }

  private static ProbeException refused(Path file, RuntimeException cause) {
    if (cause instanceof UncheckedIOException) {
      return new ProbeException("cannot read " + file + ": " + cause.getCause().getMessage());
    }
    return new ProbeException(
        ElfFile.isElf(file)
            ? file + " is damaged: " + cause.getMessage()
            : file + " is no ELF file");
  }
}
