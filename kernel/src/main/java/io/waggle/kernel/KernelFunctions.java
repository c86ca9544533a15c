package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.linux.Mounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which functions of the kernel can be traced, by the lists that it keeps itself: {@code
 * available_filter_functions} of tracefs for what ftrace reaches, {@code kprobes/blacklist} of
 * debugfs for what no probe may touch.
 */
final class KernelFunctions {
  /** A place that ftrace can call from. */
  record Site(String name, long address) {}

  private KernelFunctions() {}

  /**
   * All functions that ftrace reaches. Names may occur several times.
   *
   * @throws AttachException if the kernel does not list them
   */
  static List<Site> traceable() {
    Path folder = Mounts.tracefs();
    Path withAddresses = folder.resolve("available_filter_functions_addrs"); // Linux 6.5
    if (Files.exists(withAddresses)) {
      List<Site> sites = new ArrayList<>();
      for (String line : lines(withAddresses)) {
        int blank = line.indexOf(' ');
        sites.add(new Site(word(line, blank + 1), Long.parseUnsignedLong(line, 0, blank, 16)));
      }
      return sites;
    }
    Set<String> names = new HashSet<>();
    TraceableFunctions.read(folder.resolve("available_filter_functions"))
        .orElseThrow(KernelFunctions::unlisted)
        .forEach(function -> names.add(function.name()));
    // Where several functions share a name, only one of them may be within reach of ftrace.
    Map<String, Long> addresses = KernelAddresses.findUnique(names);
    List<Site> sites = new ArrayList<>(addresses.size());
    addresses.forEach((name, address) -> sites.add(new Site(name, address)));
    return sites;
  }

  /**
   * Why the kernel refused a probe in a function, as far as its lists tell: there is none, or
   * several, or it is not to be traced. Empty if none of these.
   *
   * @param function its name, perhaps after {@code module:}
   */
  static Optional<String> obstacle(String function) {
    String name = function.substring(function.indexOf(':') + 1);
    List<String> names = KernelAddresses.names();
    int count = 0;
    for (String each : names) {
      count += each.equals(name) ? 1 : 0;
    }
    if (count == 0) {
      String hint = Nearest.hint(name, names);
      return Optional.of(
          "the kernel has no such function"
              + (hint.isEmpty()
                  ? ", or it was inlined everywhere and left no code of its own"
                  : " (" + hint + ")"));
    }
    if (isForbidden(name)) {
      return Optional.of(
          "the kernel forbids probes in it (it is marked notrace or nokprobe, for tracing itself"
              + " may need it); probe what calls it");
    }
    return count == 1
        ? Optional.empty()
        : Optional.of("the kernel has " + count + " functions of that name; it does not choose");
  }

  private static boolean isForbidden(String name) {
    Optional<Path> list = Mounts.find("debugfs").map(its -> its.resolve("kprobes/blacklist"));
    if (list.isPresent() && Files.isReadable(list.get())) {
      for (String line : lines(list.get())) {
        if (word(line, line.indexOf('\t') + 1).equals(name)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String word(String line, int start) {
    int end = start;
    while (end < line.length() && line.charAt(end) > ' ') {
      end++;
    }
    return line.substring(start, end);
  }

  private static List<String> lines(Path file) {
    List<String> all = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        all.add(line);
      }
      return all;
    } catch (NoSuchFileException none) {
      throw unlisted();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }

  private static AttachException unlisted() {
    return new AttachException(
        "this kernel lists no functions that can be traced (CONFIG_FUNCTION_TRACER)");
  }
}
