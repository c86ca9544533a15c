package io.waggle.pack;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import java.util.Optional;

/**
 * A line of {@code trace_pipe}, such as {@code bash-32969 [000] d..31 64001.375748:
 * bpf_trace_printk: PID 32969}. The process's name can hold blanks and dashes.
 *
 * @param text the line as it is
 * @param task the process's name, cut to 15 bytes by the kernel
 * @param time seconds since boot, with six decimals
 * @param message what the program printed
 */
record TraceLine(String text, String task, int pid, int cpu, String time, String message) {
  private static final String EVENT = ": bpf_trace_printk: ";

  /** The line, if a program printed it; throws nothing whatever it is. */
  static Optional<TraceLine> of(String text) {
    int event = text.indexOf(EVENT);
    int open = event < 0 ? -1 : text.lastIndexOf(" [", event);
    int close = open < 0 ? -1 : text.indexOf(']', open);
    int dash = open < 0 ? -1 : text.lastIndexOf('-', open);
    if (close < 0 || dash < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new TraceLine(
              text,
              text.substring(0, dash).strip(),
              Integer.parseInt(text.substring(dash + 1, open).strip()),
              Integer.parseInt(text.substring(open + 2, close)),
              text.substring(text.lastIndexOf(' ', event) + 1, event),
              text.substring(event + EVENT.length())));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }

  void json(ByteText out) {
    out.put("{\"task\":");
    Json.string(out, task);
    out.put(",\"pid\":").decimal(pid).put(",\"cpu\":").decimal(cpu).put(",\"time\":");
    out.put(time).put(",\"message\":");
    Json.string(out, message);
    out.put("}\n");
  }
}
