package io.waggle.formats.elf;

import io.waggle.formats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code .dynamic}: pairs of a tag and a value, up to tag 0. */
final class DynamicEntries {
  private static final int NEEDED = 1;
  private static final int SONAME = 14;
  private static final int RPATH = 15;
  private static final int RUNPATH = 29;

  private DynamicEntries() {}

  static Dynamic read(Bytes entries, Bytes strings, boolean wide) {
    int word = wide ? 8 : 4;
    Optional<String> soname = Optional.empty();
    Optional<String> runPath = Optional.empty();
    List<String> needed = new ArrayList<>();
    for (long at = 0; at + 2L * word <= entries.size(); at += 2L * word) {
      long tag = wide ? entries.i64(at) : entries.u32(at);
      long value = wide ? entries.i64(at + word) : entries.u32(at + word);
      if (tag == 0) {
        break;
      } else if (tag == NEEDED) {
        needed.add(strings.string(value));
      } else if (tag == SONAME) {
        soname = Optional.of(strings.string(value));
      } else if (tag == RUNPATH || (tag == RPATH && runPath.isEmpty())) {
        runPath = Optional.of(strings.string(value));
      }
    }
    return new Dynamic(soname, List.copyOf(needed), runPath);
  }
}
