package io.waggle.symbols;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a process has mapped where, as {@code /proc/PID/maps} says (proc_pid_maps(5)). */
final class AddressSpace {
  private final List<Part> parts;

  /**
   * A mapping of code.
   *
   * @param start first address
   * @param end address past the last
   * @param offset where in the file it starts
   * @param file the file's path, a name in brackets for the kernel's own mappings, or empty
   */
  record Part(long start, long end, long offset, String file) {
    /** The file was deleted or replaced since; its path leads elsewhere. */
    boolean isDeleted() {
      return file.endsWith(" (deleted)");
    }
  }

  private AddressSpace(List<Part> parts) {
    this.parts = parts;
  }

  static AddressSpace parse(List<String> lines) {
    List<Part> parts = new ArrayList<>();
    for (String line : lines) {
      // START-END PERMISSIONS OFFSET DEVICE INODE          FILE, numbers hexadecimal
      String[] columns = line.split(" +", 6);
      int dash = columns[0].indexOf('-');
      if (columns.length >= 5 && dash > 0 && columns[1].indexOf('x') >= 0) {
        parts.add(
            new Part(
                Long.parseUnsignedLong(columns[0], 0, dash, 16),
                Long.parseUnsignedLong(columns[0], dash + 1, columns[0].length(), 16),
                Long.parseUnsignedLong(columns[2], 16),
                columns.length > 5 ? columns[5] : ""));
      }
    }
    return new AddressSpace(parts);
  }

  Optional<Part> find(long address) {
    for (Part part : parts) {
      if (Long.compareUnsigned(address, part.start) >= 0
          && Long.compareUnsigned(address, part.end) < 0) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }
}
