package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.formats.text.OutputFile;
import io.waggle.formats.text.TimeFormat;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.SourcePlace;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Output for programs: one JSON object a line (NDJSON), losses included. Warnings, which have no
 * object in bpftrace's format, go to {@code messages} as text.
 */
public final class JsonOutput implements Output {
  private static final byte[] PRINTF = start("printf");
  private static final byte[] VALUE = start("value");
  private static final byte[] TIME = start("time");
  private static final byte[] JOIN = start("join");

  private final OutputFile file;
  private final OutputFile messages;
  private final Names names;
  private final boolean warnings;
  private final Map<String, MapFormat> formats = new HashMap<>();

  /** Output to {@code file}, warnings to {@code messages}; both stay the caller's to close. */
  public JsonOutput(OutputFile file, OutputFile messages, Names names) {
    this(file, messages, names, true);
  }

  /** As {@link #JsonOutput(OutputFile, OutputFile, Names)}, with or without warnings. */
  public JsonOutput(OutputFile file, OutputFile messages, Names names, boolean warnings) {
    this.file = file;
    this.messages = messages;
    this.names = names;
    this.warnings = warnings;
  }

  private static byte[] start(String type) {
    return ByteText.ascii("{\"type\": \"" + type + "\", \"data\": ");
  }

  @Override
  public void attachedProbes(int count) {
    counted("attached_probes", "probes", count);
  }

  @Override
  public void lostEvents(long count) {
    counted("lost_events", "events", count);
  }

  private void counted(String type, String of, long count) {
    file.text()
        .put("{\"type\": \"")
        .put(type)
        .put("\", \"count\": ")
        .decimal(count)
        .put(", \"data\": {\"")
        .put(of)
        .put("\": ")
        .decimal(count)
        .put("}}\n");
    file.commit();
  }

  @Override
  public void mapFull(String map, long count) {
    if (!warnings) {
      return;
    }
    ByteText out = file.text();
    // What map_update_elem returns then: E2BIG.
    out.put("{\"type\": \"helper_error\", \"msg\": \"Argument list too long\"");
    out.put(", \"helper\": \"map_update_elem\", \"retcode\": -7, \"map\": ");
    Json.string(out, map);
    out.put(", \"count\": ").decimal(count).put("}\n");
    file.commit();
  }

  @Override
  public void runtimeError(Counter.Warning warning, long count) {
    if (!warnings) {
      return;
    }
    ByteText out = file.text();
    out.put("{\"type\": \"runtime_error\", \"msg\": ");
    Json.string(out, warning.message());
    place(out, warning.where());
    counted(out, count);
  }

  @Override
  public void helperError(Counter.HelperError error, long count) {
    if (!warnings) {
      return;
    }
    ByteText out = file.text();
    out.put("{\"type\": \"helper_error\", \"msg\": ");
    Json.string(out, Strerror.of(-error.code()));
    out.put(", \"helper\": ");
    Json.string(out, error.helper());
    out.put(", \"retcode\": ").decimal(error.code());
    place(out, error.where());
    counted(out, count);
  }

  /** Ends an object; how often it happened is only said where it is more than once. */
  private void counted(ByteText out, long count) {
    if (count > 1) {
      out.put(", \"count\": ").decimal(count);
    }
    finish(out);
  }

  @Override
  public void warning(String text) {
    if (!warnings) {
      return;
    }
    say("WARNING: ", text);
  }

  @Override
  public void error(String text) {
    say("ERROR: ", text);
  }

  private void say(String severity, String text) {
    messages.text().put(severity).put(text).put('\n');
    messages.commit();
  }

  @Override
  public Names names() {
    return names;
  }

  @Override
  public void message(boolean isError, SourcePlace where, String text) {
    if (!isError && !warnings) {
      return;
    }
    ByteText out = file.text();
    out.put("{\"type\": \"").put(isError ? "errorf" : "warnf").put("\", \"msg\": ");
    Json.string(out, text);
    place(out, where);
    finish(out);
  }

  /** Members that tell a place in the script. */
  private static void place(ByteText out, SourcePlace where) {
    out.put(", \"filename\": ");
    Json.string(out, where.file());
    out.put(", \"line\": ").decimal(where.line());
    out.put(", \"col\": ").decimal(where.column());
  }

  @Override
  public void cat(byte[] contents) {
    bytes("cat", contents);
  }

  @Override
  public void system(byte[] printed) {
    bytes("syscall", printed);
  }

  private void bytes(String type, byte[] contents) {
    ByteText out = file.text().put(start(type)).put('"');
    int from = out.length();
    out.put(contents);
    Json.escape(out, from);
    out.put('"');
    finish(out);
  }

  @Override
  public void printf(PrintfFormat format, MemorySegment event, long start) {
    ByteText out = file.text().put(PRINTF).put('"');
    int from = out.length();
    format.write(out, event, start);
    Json.escape(out, from);
    out.put('"');
    finish(out);
  }

  @Override
  public void value(ValueFormat format, MemorySegment event, long start) {
    ByteText out = file.text().put(VALUE);
    format.json(out, event, start);
    finish(out);
  }

  private void finish(ByteText out) {
    out.put('}').put('\n');
    file.commit();
  }

  @Override
  public void map(MapSnapshot map, int top, long divisor) {
    if (map.count() == 0) {
      return;
    }
    String name = map.plan().name();
    MapFormat format =
        formats.computeIfAbsent(name, n -> new MapFormat(map.plan(), map.isSigned(), names));
    ByteText out = file.text();
    out.put("{\"type\": \"").put(format.jsonType()).put("\", \"data\": {");
    Json.string(out, name);
    out.put(": ");
    if (map.plan().key().isPresent()) {
      entries(out, format, map, top, divisor);
    } else {
      format.json(out, map, map.values(), 0, divisor);
    }
    out.put('}');
    finish(out);
  }

  private static void entries(
      ByteText out, MapFormat format, MapSnapshot map, int top, long divisor) {
    int[] order = map.order();
    MemorySegment keys = map.keys();
    MemorySegment values = map.values();
    int first = top > 0 ? Math.max(0, order.length - top) : 0;
    out.put('{');
    for (int i = first; i < order.length; i++) {
      if (i > first) {
        out.put(',').put(' ');
      }
      format.jsonKey(out, keys, map.keyAt(order[i]));
      out.put(':').put(' ');
      format.json(out, map, values, order[i], divisor);
    }
    out.put('}');
  }

  @Override
  public void time(TimeFormat format, long epochNanos) {
    ByteText out = file.text().put(TIME).put('"');
    int from = out.length();
    format.write(out, epochNanos);
    Json.escape(out, from);
    out.put('"');
    finish(out);
  }

  @Override
  public void join(String separator, MemorySegment event, long start, int count, int slot) {
    ByteText out = file.text().put(JOIN).put('"');
    int from = out.length();
    TextOutput.Strings.join(out, separator, event, start, count, slot);
    Json.escape(out, from);
    out.put('"');
    finish(out);
  }

  @Override
  public void end() {
    // Only text sets the maps apart.
  }

  @Override
  public void pause() {
    file.pause();
  }

  @Override
  public void flush() {
    file.flush();
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }
}
