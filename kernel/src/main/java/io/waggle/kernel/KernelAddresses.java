package io.waggle.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Addresses of functions and variables of the kernel, from {@code /proc/kallsyms}. */
final class KernelAddresses {
  private static final Path FILE = Path.of("/proc/kallsyms");

  private KernelAddresses() {}

  /**
   * The addresses of those names that there are. A name that stands for several has that of the
   * first.
   */
  static Map<String, Long> find(Set<String> names) {
    Map<String, Long> found = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(FILE, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String name = name(line);
        if (names.contains(name)) {
          found.putIfAbsent(name, Long.parseUnsignedLong(line, 0, line.indexOf(' '), 16));
        }
      }
      return found;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + FILE, failure);
    }
  }

  /** As {@link #find}, without the names that stand for several. */
  static Map<String, Long> findUnique(Set<String> names) {
    Map<String, Long> found = new HashMap<>();
    Set<String> ambiguous = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(FILE, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String name = name(line);
        if (names.contains(name)) {
          long address = Long.parseUnsignedLong(line, 0, line.indexOf(' '), 16);
          if (found.put(name, address) != null) {
            ambiguous.add(name);
          }
        }
      }
      found.keySet().removeAll(ambiguous);
      return found;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + FILE, failure);
    }
  }

  /** All addresses of each of those names that there are. */
  static Map<String, List<Long>> findAll(Set<String> names) {
    Map<String, List<Long>> found = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(FILE, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String name = name(line);
        if (names.contains(name)) {
          long address = Long.parseUnsignedLong(line, 0, line.indexOf(' '), 16);
          found.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(address);
        }
      }
      return found;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + FILE, failure);
    }
  }

  /** All names there are. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(FILE, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        names.add(name(line));
      }
      return names;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + FILE, failure);
    }
  }

  /** A line holds an address, a letter for the kind, the name and perhaps the module. */
  private static String name(String line) {
    int start = line.indexOf(' ') + 3;
    int end = line.indexOf('\t', start);
    return line.substring(start, end < 0 ? line.length() : end);
  }
}
