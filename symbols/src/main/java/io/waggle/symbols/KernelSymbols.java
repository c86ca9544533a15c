package io.waggle.symbols;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The kernel's functions and those of its modules, from {@code /proc/kallsyms} (kernel/kallsyms.c):
 * lines such as {@code ffffffff81000000 T _text} with the module in brackets at the end. The file
 * is read when first asked; modules loaded later need a new object. Not for use by several threads
 * at once.
 */
public final class KernelSymbols {
  private final Path file;
  private boolean read;

  /** Names in UTF-8, each as {@code name NUL module NUL}; an index value is where one starts. */
  private byte[] names = new byte[1 << 20];

  private int namesEnd;
  private AddressIndex index = new AddressIndex.Builder().build();

  /** Those of the running kernel. */
  public KernelSymbols() {
    this(Path.of("/proc/kallsyms"));
  }

  /** Those that a copy of {@code /proc/kallsyms} lists. */
  public KernelSymbols(Path file) {
    this.file = file;
  }

  /**
   * What an address in the kernel is. The address past the last function counts as that function's:
   * the kernel lists no sizes.
   *
   * @throws UncheckedIOException if the list cannot be read
   */
  public Location find(long address) {
    read();
    int place = index.floor(address);
    if (place < 0) {
      return Location.unknown(address);
    }
    // Of several names for one address the first is the one the kernel itself prints.
    while (place > 0 && index.start(place - 1) == index.start(place)) {
      place--;
    }
    int name = index.value(place);
    int nameEnd = end(name);
    int moduleEnd = end(nameEnd + 1);
    return new Location(
        text(name, nameEnd), address - index.start(place), text(nameEnd + 1, moduleEnd));
  }

  /**
   * The address of the first function with that name; empty if there is none or the kernel hides
   * addresses from this process ({@code kernel.kptr_restrict}).
   *
   * @throws UncheckedIOException if the list cannot be read
   */
  public OptionalLong address(String name) {
    read();
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    for (int place = 0; place < index.size(); place++) {
      int at = index.value(place);
      int end = at + wanted.length;
      if (end < namesEnd
          && names[end] == 0
          && Arrays.equals(names, at, end, wanted, 0, wanted.length)) {
        return OptionalLong.of(index.start(place));
      }
    }
    return OptionalLong.empty();
  }

  /** True if the kernel tells this process no addresses. */
  public boolean isHidden() {
    read();
    return index.size() == 0;
  }

  private int end(int from) {
    int at = from;
    while (names[at] != 0) {
      at++;
    }
    return at;
  }

  private String text(int from, int to) {
    return new String(names, from, to - from, StandardCharsets.UTF_8);
  }

  private void read() {
    if (read) {
      return;
    }
    AddressIndex.Builder builder = new AddressIndex.Builder();
    byte[] buffer = new byte[1 << 16];
    int kept = 0;
    try (InputStream input = Files.newInputStream(file)) {
      for (int n; (n = input.read(buffer, kept, buffer.length - kept)) > 0; ) {
        int end = kept + n;
        int start = 0;
        for (int at = kept; at < end; at++) {
          if (buffer[at] == '\n') {
            line(buffer, start, at, builder);
            start = at + 1;
          }
        }
        kept = start == 0 && end == buffer.length ? 0 : end - start;
        System.arraycopy(buffer, start, buffer, 0, kept);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the kernel's symbols", e);
    }
    names = Arrays.copyOf(names, namesEnd);
    index = builder.build();
    read = true;
  }

  /** Keeps a line that names code: its type is t or w, of either case. */
  private void line(byte[] line, int from, int to, AddressIndex.Builder builder) {
    long address = 0;
    int at = from;
    for (; at < to && line[at] != ' '; at++) {
      address = address << 4 | Character.digit(line[at], 16) & 15;
    }
    int type = at + 1 < to ? line[at + 1] | 0x20 : 0;
    int name = at + 3;
    if (address == 0 || (type != 't' && type != 'w') || name >= to) {
      return;
    }
    int nameEnd = name;
    while (nameEnd < to && line[nameEnd] != '\t') {
      nameEnd++;
    }
    builder.add(address, namesEnd);
    keep(line, name, nameEnd);
    boolean hasModule = nameEnd + 2 < to && line[nameEnd + 1] == '[' && line[to - 1] == ']';
    keep(line, nameEnd + 2, hasModule ? to - 1 : nameEnd + 2);
  }

  private void keep(byte[] line, int from, int to) {
    int length = to - from;
    if (namesEnd + length + 1 > names.length) {
      names = Arrays.copyOf(names, Math.max(names.length * 2, namesEnd + length + 1));
    }
    System.arraycopy(line, from, names, namesEnd, length);
    namesEnd += length;
    names[namesEnd++] = 0;
  }
}
