package io.waggle.script.plan;

import java.util.List;
import java.util.OptionalInt;

/** What user space does for an event. */
public sealed interface Action {

  /** Formats {@code fields}; {@code format} is the script's, escapes resolved. */
  record Printf(String format, List<Field> fields) implements Action {
    public Printf {
      fields = List.copyOf(fields);
    }
  }

  /** What is done with a text that is formatted as {@code printf} does. */
  enum Channel {
    /** It names a file, whose contents are printed. */
    CAT,
    /** The shell runs it, and what that prints is printed. */
    SYSTEM,
    ERROR,
    WARNING
  }

  /**
   * Formats {@code fields} for {@code channel}.
   *
   * @param where the call
   * @param most how many bytes of a file are printed
   */
  record Formatted(Channel channel, String format, List<Field> fields, SourcePlace where, int most)
      implements Action {
    public Formatted {
      fields = List.copyOf(fields);
    }
  }

  /** {@code print(value)} of something that is no map. */
  record PrintValue(Field value) implements Action {}

  /** {@code print(@map)}, at most {@code top} entries, values divided by {@code divisor}. */
  record PrintMap(String map, OptionalInt top, long divisor) implements Action {}

  /**
   * {@code print(@map[key])}: key and value as they were when the probe ran; {@code value} holds
   * the map's value type (aggregations are sent already put together over CPUs as the script sees
   * them).
   */
  record PrintEntry(String map, Field key, Field value) implements Action {}

  /** {@code clear(@map)}. */
  record Clear(String map) implements Action {}

  /** {@code zero(@map)}. */
  record Zero(String map) implements Action {}

  /** {@code time(format)}. */
  record Time(String format) implements Action {}

  /**
   * {@code join(array, separator)}: at {@code offset} a 4-byte count of strings, then slots of
   * {@code slot} bytes with one NUL-terminated string each.
   */
  record Join(String separator, int offset, int slot) implements Action {}

  /** {@code unwatch(address)}: the address is 8 bytes at {@code offset}. */
  record Unwatch(int offset) implements Action {}

  /** {@code exit(code)}: the code is 4 bytes at {@code offset}. */
  record Exit(int offset) implements Action {}
}
