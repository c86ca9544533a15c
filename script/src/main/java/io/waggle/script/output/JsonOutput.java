package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.formats.text.OutputFile;
import io.waggle.formats.text.TimeFormat;
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
  private final ValueFormat.Times times;
  private final Map<String, MapFormat> formats = new HashMap<>();

  /** Output to {@code file}, warnings to {@code messages}; both stay the caller's to close. */
  public JsonOutput(OutputFile file, OutputFile messages, ValueFormat.Times times) {
    this.file = file;
    this.messages = messages;
    this.times = times;
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
    ByteText out = file.text();
    // What map_update_elem returns then: E2BIG.
    out.put("{\"type\": \"helper_error\", \"msg\": \"Argument list too long\"");
    out.put(", \"helper\": \"map_update_elem\", \"retcode\": -7, \"map\": ");
    Json.string(out, map);
    out.put(", \"count\": ").decimal(count).put("}\n");
    file.commit();
  }

  @Override
  public void warning(String text) {
    messages.text().put("WARNING: ").put(text).put('\n');
    messages.commit();
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
        formats.computeIfAbsent(name, n -> new MapFormat(map.plan(), map.isSigned(), times));
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
