package io.waggle.bpf.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads {@code rules.txt}: entries of lines {@code KEY VALUE}, with an empty line between two. */
final class RuleTable {
  static final List<Rule> ALL = read();

  private RuleTable() {}

  private static List<Rule> read() {
    try (InputStream table = RuleTable.class.getResourceAsStream("rules.txt")) {
      String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      List<Rule> rules = new ArrayList<>();
      for (String entry : text.split("\n\n+")) {
        Map<String, List<String>> values = values(entry);
        if (!values.isEmpty()) {
          rules.add(rule(values));
        }
      }
      return List.copyOf(rules);
    } catch (IOException e) {
      throw new UncheckedIOException("the table of the verifier's rules cannot be read", e);
    }
  }

  private static Map<String, List<String>> values(String entry) {
    Map<String, List<String>> values = new TreeMap<>();
    for (String line : entry.split("\n")) {
      if (!line.startsWith("#") && !line.isBlank()) {
        int blank = line.indexOf(' ');
        values
            .computeIfAbsent(line.substring(0, blank), key -> new ArrayList<>())
            .add(line.substring(blank).strip());
      }
    }
    return values;
  }

  private static Rule rule(Map<String, List<String>> values) {
    return new Rule(
        values.get("name").getFirst(),
        values.getOrDefault("when", List.of()).stream().map(Message::new).toList(),
        values.getOrDefault("errno", List.of()),
        !values.containsKey("about"),
        values.get("rule").getFirst(),
        values.get("mend").getFirst(),
        values.getOrDefault("script", List.of("")).getFirst());
  }
}
