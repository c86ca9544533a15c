package io.waggle.symbols;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The functions that a virtual machine made at run time, as it lists them in {@code perf-PID.map}
 * (tools/perf/Documentation/jit-interface.txt of the kernel): lines such as {@code 7f0c1a20 1c4
 * name}. The list only grows; of entries that overlap the later one is true.
 */
final class PerfMap {
  private final AddressIndex index;
  private final List<String> names;
  private final List<Long> sizes;

  private PerfMap(AddressIndex index, List<String> names, List<Long> sizes) {
    this.index = index;
    this.names = names;
    this.sizes = sizes;
  }

  /** Reads a list; one that cannot be read is empty. Lines that say something else are skipped. */
  static PerfMap read(Path file) {
    AddressIndex.Builder builder = new AddressIndex.Builder();
    List<String> names = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.split("\n")) {
        String[] columns = line.split(" ", 3);
        if (columns.length == 3 && isNumber(columns[0]) && isNumber(columns[1])) {
          builder.add(Long.parseUnsignedLong(columns[0], 16), names.size());
          sizes.add(Long.parseUnsignedLong(columns[1], 16));
          names.add(columns[2]);
        }
      }
    } catch (IOException e) {
      // Most processes write no such list.
    }
    return new PerfMap(builder.build(), names, sizes);
  }

  private static boolean isNumber(String text) {
    if (text.isEmpty() || text.length() > 16) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  Optional<Location> find(long address) {
    int place = index.floor(address);
    if (place < 0) {
      return Optional.empty();
    }
    long into = address - index.start(place);
    int entry = index.value(place);
    return Long.compareUnsigned(into, sizes.get(entry)) < 0
        ? Optional.of(new Location(names.get(entry), into, ""))
        : Optional.empty();
  }
}
