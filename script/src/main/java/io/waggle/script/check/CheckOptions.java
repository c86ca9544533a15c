package io.waggle.script.check;

import java.util.List;
import java.util.Map;

/**
 * What checking needs to know besides the script.
 *
 * @param parameters positional parameters, {@code $1} first
 * @param named named parameters, which {@code getopt} gives
 * @param maxText bytes that {@code str()} reads at most, the NUL included
 */
public record CheckOptions(List<String> parameters, Map<String, String> named, int maxText) {
  /** bpftrace's limit of a string. */
  public static final int MAX_TEXT = 1024;

  public CheckOptions {
    parameters = List.copyOf(parameters);
    named = Map.copyOf(named);
  }

  public CheckOptions() {
    this(List.of(), Map.of(), MAX_TEXT);
  }
}
