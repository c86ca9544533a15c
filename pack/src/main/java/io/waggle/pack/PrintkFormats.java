package io.waggle.pack;

import io.waggle.bpf.ProgramSpec;
import io.waggle.pack.ObjectContents.VariableSection;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that the programs of an object can print with {@code bpf_trace_printk}. The kernel writes
 * what all programs print to one buffer and does not say whose a line is; so a line is ours if one
 * of our formats can have made it. Formats are found where programs pass them, and beside them
 * every string among the constants counts: code that was moved around hides which it is.
 */
final class PrintkFormats {
  /** Shorter strings would match too much. */
  private static final int SHORTEST = 3;

  private final List<PrintkFormat> formats;

  private PrintkFormats(List<PrintkFormat> formats) {
    this.formats = formats;
  }

  /** The formats of an object; none if no program prints. */
  static PrintkFormats of(ObjectContents object, List<ProgramSpec> programs) {
    Set<String> texts = new LinkedHashSet<>();
    boolean prints = false;
    for (ProgramSpec program : programs) {
      PrintkCalls calls = new PrintkCalls(object);
      prints |= calls.find(program.code());
      texts.addAll(calls.formats());
    }
    if (prints) {
      for (VariableSection section : object.sections()) {
        if (section.name().startsWith(".rodata")) {
          strings(section.contents(), texts);
        }
      }
    }
    return new PrintkFormats(
        texts.stream().map(PrintkFormat::of).flatMap(Optional::stream).toList());
  }

  private static void strings(byte[] bytes, Set<String> texts) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        if (i - start >= SHORTEST) {
          texts.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        }
        start = i + 1;
      } else if (bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] >= 0) {
        start = i + 1;
      }
    }
  }

  boolean isEmpty() {
    return formats.isEmpty();
  }

  /** Whether one of the programs can have printed this. */
  boolean matches(String message) {
    for (PrintkFormat format : formats) {
      if (format.matches(message)) {
        return true;
      }
    }
    return false;
  }
}
