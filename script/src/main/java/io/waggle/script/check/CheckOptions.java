package io.waggle.script.check;

import io.waggle.script.types.Type.StackMode;
import java.util.List;
import java.util.Map;

/**
 * What checking needs to know besides the script.
 *
 * @param parameters positional parameters, {@code $1} first
 * @param named named parameters, which {@code getopt} gives
 * @param maxText bytes that {@code str()} reads at most, the NUL included
 * @param unsafe whether functions that change the system are allowed
 * @param portable whether the script is to run on other machines, too
 * @param stackMode how stacks are shown where the script does not say
 * @param settings what {@code config} gives: numbers ({@link Long}), truth values and texts
 * @param machine where the script is to run
 */
public record CheckOptions(
    List<String> parameters,
    Map<String, String> named,
    int maxText,
    boolean unsafe,
    boolean portable,
    StackMode stackMode,
    Map<String, Object> settings,
    Machine machine) {
  /** bpftrace's limit of a string. */
  public static final int MAX_TEXT = 1024;

  public CheckOptions {
    parameters = List.copyOf(parameters);
    named = Map.copyOf(named);
    settings = Map.copyOf(settings);
  }

  public CheckOptions(List<String> parameters, int maxText) {
    this(
        parameters, Map.of(), maxText, false, false, StackMode.BPFTRACE, Map.of(), Machine.UNKNOWN);
  }

  public CheckOptions() {
    this(List.of(), MAX_TEXT);
  }
}
