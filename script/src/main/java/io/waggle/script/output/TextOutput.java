package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.OutputFile;
import io.waggle.formats.text.TimeFormat;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.SourcePlace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** Output for people; what the script did not say itself goes to {@code messages}. */
public final class TextOutput implements Output {
  private final OutputFile file;
  private final OutputFile messages;
  private final Names names;
  private final boolean warnings;
  private final Map<String, MapFormat> formats = new HashMap<>();

  /** Output to {@code file}, messages to {@code messages}; both stay the caller's to close. */
  public TextOutput(OutputFile file, OutputFile messages, Names names) {
    this(file, messages, names, true);
  }

  /** As {@link #TextOutput(OutputFile, OutputFile, Names)}, with or without warnings. */
  public TextOutput(OutputFile file, OutputFile messages, Names names, boolean warnings) {
    this.file = file;
    this.messages = messages;
    this.names = names;
    this.warnings = warnings;
  }

  @Override
  public void attachedProbes(int count) {
    say("Attached " + count + (count == 1 ? " probe" : " probes"));
  }

  @Override
  public void lostEvents(long count) {
    say("Lost " + count + " events");
  }

  @Override
  public void mapFull(String map, long count) {
    if (!warnings) {
      return;
    }
    say(
        "WARNING: Map full; can't update element. Try increasing max_map_keys config or manually"
            + " setting the max entries in a map declaration e.g. `let "
            + map
            + " = hash(5000)`\nAdditional Info - map: "
            + map
            + ", updates refused: "
            + count);
  }

  @Override
  public void runtimeError(Counter.Warning warning, long count) {
    if (!warnings) {
      return;
    }
    say(warned(warning.where(), warning.message(), "") + times(count));
  }

  @Override
  public void helperError(Counter.HelperError error, long count) {
    if (!warnings) {
      return;
    }
    String message =
        error.helper().equals("map_delete_elem")
            ? "Can't delete map element because it does not exist."
            : Strerror.of(-error.code());
    String more = "\nAdditional Info - helper: " + error.helper() + ", retcode: " + error.code();
    say(warned(error.where(), message, more) + times(count));
  }

  private static String warned(SourcePlace where, String message, String more) {
    return where.text() + ": WARNING: " + message + more + "\n" + where.excerpt().stripTrailing();
  }

  private static String times(long count) {
    return count == 1 ? "" : "\n(" + count + " times)";
  }

  @Override
  public void warning(String text) {
    if (!warnings) {
      return;
    }
    say("WARNING: " + text);
  }

  @Override
  public void error(String text) {
    say("ERROR: " + text);
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
    say(where.text() + (isError ? ": ERROR: " : ": WARNING: ") + text);
  }

  @Override
  public void cat(byte[] contents) {
    file.text().put(contents);
    file.commit();
  }

  @Override
  public void system(byte[] printed) {
    cat(printed);
  }

  private void say(String line) {
    // What was printed before must not come after it on a terminal that shows both.
    file.flush();
    messages.text().put(line).put('\n');
    messages.commit();
  }

  @Override
  public void printf(PrintfFormat format, MemorySegment event, long start) {
    format.write(file.text(), event, start);
    file.commit();
  }

  @Override
  public void value(ValueFormat format, MemorySegment event, long start) {
    format.text(file.text(), event, start);
    file.text().put('\n');
    file.commit();
  }

  @Override
  public void map(MapSnapshot map, int top, long divisor) {
    String name = map.plan().name();
    MapFormat format =
        formats.computeIfAbsent(name, n -> new MapFormat(map.plan(), map.isSigned(), names));
    int[] order = map.order();
    MemorySegment keys = map.keys();
    MemorySegment values = map.values();
    byte[] prefix = ByteText.ascii(name);
    for (int i = top > 0 ? Math.max(0, order.length - top) : 0; i < order.length; i++) {
      ByteText out = file.text().put(prefix);
      if (map.plan().key().isPresent()) {
        out.put('[');
        format.key(out, keys, map.keyAt(order[i]));
        out.put(']');
      }
      out.put(':').put(format.isTable() ? '\n' : ' ');
      format.text(out, map, values, order[i], divisor);
      out.put('\n');
      file.commit();
    }
  }

  @Override
  public void time(TimeFormat format, long epochNanos) {
    format.write(file.text(), epochNanos);
    file.commit();
  }

  @Override
  public void join(String separator, MemorySegment event, long start, int count, int slot) {
    Strings.join(file.text(), separator, event, start, count, slot);
    file.text().put('\n');
    file.commit();
  }

  @Override
  public void end() {
    file.text().put('\n').put('\n');
    file.commit();
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

  /** Strings in slots of equal size. */
  static final class Strings {
    private Strings() {}

    static void join(
        ByteText out, String separator, MemorySegment event, long start, int count, int slot) {
      for (int i = 0; i < count; i++) {
        long from = start + (long) i * slot;
        int length = 0;
        while (length < slot && event.get(ValueLayout.JAVA_BYTE, from + length) != 0) {
          length++;
        }
        if (length == 0) {
          return;
        }
        if (i > 0) {
          out.put(separator);
        }
        out.put(event, from, length);
      }
    }
  }
}
