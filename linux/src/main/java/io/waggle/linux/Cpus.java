package io.waggle.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The machine's processors, as the kernel counts them. */
public final class Cpus {
  private static final Path DIRECTORY = Path.of("/sys/devices/system/cpu");

  private static final class Possible {
    private static final int COUNT = count();

    private static int count() {
      int[] numbers = read("possible");
      return numbers[numbers.length - 1] + 1;
    }
  }

  private Cpus() {}

  /** How many values an entry of a per-CPU map has: one for each CPU that could be plugged in. */
  public static int possible() {
    return Possible.COUNT;
  }

  /** The numbers of the CPUs that run now. */
  public static int[] online() {
    return read("online");
  }

  private static int[] read(String file) {
    try {
      return parse(Files.readString(DIRECTORY.resolve(file)).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell which CPUs are " + file, e);
    }
  }

  /** Parses the kernel's list format, such as {@code 0-3,5}. */
  static int[] parse(String list) {
    int[] numbers = new int[16];
    int count = 0;
    for (String range : list.split(",")) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int cpu = first; cpu <= last; cpu++) {
        if (count == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = cpu;
      }
    }
    return Arrays.copyOf(numbers, count);
  }
}
