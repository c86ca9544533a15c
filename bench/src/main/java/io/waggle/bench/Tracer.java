package io.waggle.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tracer under measurement.
 *
 * @param command what starts it, up to its options
 * @param environment set for every run
 */
record Tracer(String name, List<String> command, Map<String, String> environment) {

  /**
   * The command that runs {@code script}, with {@code child} started by the tracer unless empty.
   */
  List<String> run(String script, String child) {
    List<String> line = new ArrayList<>(command);
    line.add("-e");
    line.add(script);
    if (!child.isEmpty()) {
      line.add("-c");
      line.add(child);
    }
    return line;
  }
}
