package io.waggle.script.check;

import java.util.List;

/**
 * What checking needs to know besides the script.
 *
 * @param parameters positional parameters, {@code $1} first
 * @param maxText bytes that {@code str()} reads at most, the NUL included
 */
public record CheckOptions(List<String> parameters, int maxText) {
  /** bpftrace's limit of a string. */
  public static final int MAX_TEXT = 1024;

  public CheckOptions {
    parameters = List.copyOf(parameters);
  }

  public CheckOptions() {
    this(List.of(), MAX_TEXT);
  }
}
