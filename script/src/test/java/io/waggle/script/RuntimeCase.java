package io.waggle.script;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One case of the files in {@code runtime/}; their README tells the format. */
record RuntimeCase(
    String file, String name, List<String> parameters, String program, List<String> expected) {

  /** The folder of the files, wherever the tests are started. */
  static Path folder() {
    try {
      return Path.of(RuntimeCase.class.getResource("/runtime").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<RuntimeCase> read(Path file) throws IOException {
    List<RuntimeCase> cases = new ArrayList<>();
    String[] parts = ("\n" + Files.readString(file)).split("\n=== ");
    for (int i = 1; i < parts.length; i++) {
      cases.add(parse(file.getFileName().toString(), parts[i]));
    }
    return cases;
  }

  private static RuntimeCase parse(String file, String text) {
    String name = text.substring(0, text.indexOf('\n'));
    String rest = text.substring(text.indexOf('\n') + 1);
    List<String> parameters = List.of();
    if (rest.startsWith("$ ")) {
      parameters = List.of(rest.substring(2, rest.indexOf('\n')).split(" "));
      rest = rest.substring(rest.indexOf('\n') + 1);
    }
    int end = rest.indexOf("\n---\n");
    if (end < 0) {
      throw new IllegalArgumentException(file + ": " + name + " has no expected output");
    }
    return new RuntimeCase(
        file, name, parameters, rest.substring(0, end), lines(rest.substring(end + 5)));
  }

  /** The lines that count: those with something in them. */
  static List<String> lines(String text) {
    return text.lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty() && !line.startsWith("Attached "))
        .toList();
  }

  @Override
  public String toString() {
    return file + ": " + name;
  }
}
