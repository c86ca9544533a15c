package io.waggle.symbols;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Addresses of the kernel's functions and variables by name, from {@code /proc/kallsyms}, which is
 * read up to the name and not kept: what asks for one seldom asks for a second.
 */
public final class KernelAddresses {
  private KernelAddresses() {}

  /**
   * The address of the first symbol with that name; empty if there is none or the kernel hides
   * addresses from this process ({@code kernel.kptr_restrict}). Of a per-CPU variable it is the
   * offset into each CPU's part.
   *
   * @throws UncheckedIOException if the list cannot be read
   */
  public static OptionalLong find(String name) {
    return find(Path.of("/proc/kallsyms"), name);
  }

  static OptionalLong find(Path file, String name) {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int start = line.indexOf(' ') + 3;
        if (line.startsWith(name, start)
            && (line.length() == start + name.length()
                || line.charAt(start + name.length()) == '\t')) {
          long address = Long.parseUnsignedLong(line, 0, start - 3, 16);
          boolean perCpu = line.charAt(start - 2) == 'A' || line.charAt(start - 2) == 'a';
          return address == 0 && !perCpu ? OptionalLong.empty() : OptionalLong.of(address);
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the kernel's symbols", e);
    }
  }
}
