package io.waggle.pack;

import io.waggle.bpf.values.Columns;
import io.waggle.bpf.values.ValueJson;
import io.waggle.bpf.values.ValueType;
import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.OutputFile;
import io.waggle.formats.text.TimeFormat;
import io.waggle.linux.Clock;
import java.lang.foreign.MemorySegment;

/**
 * How the records of one buffer are shown. A record costs no object: it is written from the
 * kernel's memory into the output's.
 */
sealed interface Printed {

  /** Says what the columns are, where there are any. */
  default void header(OutputFile out) {}

  /** One record, {@code length} bytes at {@code offset}. */
  void record(OutputFile out, MemorySegment memory, long offset, int length);

  /** A line of a table, beginning with the time of day. */
  record Table(Columns columns, Label label, TimeFormat time) implements Printed {
    /** Characters of the time and the blank behind it. */
    static final int START = 9;

    static Table of(ValueType type, Label label) {
      return new Table(
          Columns.of(type, START + label.width()), label, TimeFormat.time("%H:%M:%S "));
    }

    @Override
    public void header(OutputFile out) {
      int line = out.text().length();
      out.text().put("TIME");
      label.title(out.text(), line, START);
      columns.header(out.text(), line);
      out.text().put('\n');
      out.commit();
    }

    @Override
    public void record(OutputFile out, MemorySegment memory, long offset, int length) {
      ByteText text = out.text();
      int line = text.length();
      time.write(text, Clock.REALTIME.nanos());
      label.column(text);
      columns.row(text, line, memory, offset, length);
      text.put('\n');
      out.commit();
    }
  }

  /** A JSON object a line; of records shorter than their type, with zeros for the rest. */
  record JsonLine(ValueType type, Label label, MemorySegment whole) implements Printed {

    static JsonLine of(ValueType type, Label label) {
      return new JsonLine(
          type, label, MemorySegment.ofArray(new byte[Math.toIntExact(type.size())]));
    }

    @Override
    public void record(OutputFile out, MemorySegment memory, long offset, int length) {
      if (label.isShown()) {
        out.text().put('{');
        label.json(out.text());
        out.text().put("\"value\":");
      }
      if (length >= type.size()) {
        ValueJson.write(out.text(), type, memory, offset);
      } else {
        whole.fill((byte) 0);
        MemorySegment.copy(memory, offset, whole, 0, length);
        ValueJson.write(out.text(), type, whole, 0);
      }
      out.text().put(label.isShown() ? "}\n" : "\n");
      out.commit();
    }
  }

  /** Stacks, a frame a line. */
  record Stack(StackFrames frames) implements Printed {
    @Override
    public void record(OutputFile out, MemorySegment memory, long offset, int length) {
      frames.write(out.text(), memory, offset, length);
      out.commit();
    }
  }

  /** How a buffer of a type is shown. */
  static Printed of(
      ValueType type, Label label, Meta.Interpreter interpreter, boolean json, FrameNames names) {
    if (json) {
      return JsonLine.of(type, label);
    }
    return switch (interpreter) {
      case Meta.Interpreter.Structure _ -> Table.of(type, label);
      case Meta.Interpreter.StackTrace stack -> new Stack(StackFrames.of(type, stack, names));
    };
  }
}
