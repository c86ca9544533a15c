package io.waggle.bpf.verifier;

import java.util.HashMap;
import java.util.Map;

/** Reads the report of kernels from 7.3 on, line by line (kernel/bpf/diagnostics.c). */
final class DiagnosisReader {
  private static final String TITLE = "Verification failed: ";

  private final String title;
  private final Map<String, StringBuilder> sections = new HashMap<>();
  private StringBuilder section = new StringBuilder();

  private DiagnosisReader(String title) {
    this.title = title;
  }

  static boolean isTitle(String line) {
    return line.startsWith(TITLE);
  }

  static DiagnosisReader of(String title) {
    return new DiagnosisReader(title.substring(TITLE.length()));
  }

  /** Takes a line after the title. */
  void line(String line) {
    boolean isHeading = line.endsWith(":") && !line.startsWith(" ");
    if (isHeading) {
      section =
          sections.computeIfAbsent(
              line.substring(0, line.length() - 1), name -> new StringBuilder());
    } else if (!line.isBlank()) {
      section.append(section.isEmpty() ? "" : " ").append(line.strip());
    }
  }

  Diagnosis diagnosis() {
    int colon = title.indexOf(": ");
    return new Diagnosis(
        colon < 0 ? title : title.substring(0, colon),
        colon < 0 ? "" : title.substring(colon + 2),
        section("Reason"),
        section("Suggestion"));
  }

  private String section(String name) {
    StringBuilder text = sections.get(name);
    return text == null ? "" : text.toString();
  }
}
