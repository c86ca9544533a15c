package io.waggle.pack;

import io.waggle.bpf.values.Columns;
import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueJson;
import io.waggle.bpf.values.ValueText;
import io.waggle.bpf.values.ValueType;
import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Structure;
import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.OutputFile;
import io.waggle.formats.text.TimeFormat;
import io.waggle.linux.Clock;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** How the entries of a sampled map are shown. */
final class Sampled {
  /** The member of a value that counts. */
  private static final String SLOTS = "slots";

  /** As wide as the column with the number of a CPU. */
  private static final String CPU = "CPU ";

  private final ValueType key;
  private final ValueType value;
  private final Meta.Sample sample;
  private final boolean json;
  private final boolean perCpu;
  private final Label label;
  private final Optional<Field> slots;
  private final Columns keyColumns;
  private final Columns valueColumns;
  private final TimeFormat time = TimeFormat.time("%H:%M:%S ");

  private Sampled(
      ValueType key,
      ValueType value,
      Label label,
      boolean perCpu,
      Meta.Sample sample,
      boolean json) {
    this.label = label;
    this.perCpu = perCpu;
    this.key = key;
    this.value = value;
    this.sample = sample;
    this.json = json;
    this.slots = sample.form() == Meta.Form.DEFAULT_KV ? Optional.empty() : slots(value);
    int start = Printed.Table.START + label.width();
    keyColumns = Columns.of(fields("key", key), start + (perCpu ? CPU.length() : 0));
    valueColumns = Columns.of(fields("value", value), keyColumns.end() + 1);
  }

  /**
   * The output of a map.
   *
   * @param perCpu whether an entry has a value for each CPU, each of which is then shown by itself
   * @throws ValueException if a histogram is asked for and the value has no slots
   */
  static Sampled of(
      ValueType key,
      ValueType value,
      Label label,
      boolean perCpu,
      Meta.Sample sample,
      boolean json) {
    Sampled sampled = new Sampled(key, value, label, perCpu, sample, json);
    if (!json && sample.form() != Meta.Form.DEFAULT_KV && sampled.slots.isEmpty()) {
      throw new ValueException("a histogram needs a member 'slots', an array of numbers");
    }
    return sampled;
  }

  private static Optional<Field> slots(ValueType value) {
    if (value instanceof Structure structure) {
      return structure.fields().stream()
          .filter(field -> field.name().equals(SLOTS) && isSlots(field.type()))
          .findFirst();
    }
    return isSlots(value) ? Optional.of(new Field(SLOTS, value, 0)) : Optional.empty();
  }

  private static boolean isSlots(ValueType type) {
    return type instanceof ValueType.Array array && array.element() instanceof ValueType.Number;
  }

  private static List<Field> fields(String name, ValueType type) {
    return type instanceof Structure structure
        ? structure.fields()
        : List.of(new Field(name, type, 0));
  }

  /** Says what the columns are, where there are any. */
  void header(OutputFile out) {
    if (!json && slots.isEmpty()) {
      int line = out.text().length();
      out.text().put("TIME");
      label.title(out.text(), line, Printed.Table.START);
      if (perCpu) {
        out.text().align(line, Printed.Table.START + label.width(), true, ' ').put("CPU");
      }
      keyColumns.header(out.text(), line);
      valueColumns.header(out.text(), line);
      out.text().put('\n');
      out.commit();
    }
  }

  /** One entry; {@code cpu} is whose value it is, if there is one for each. */
  void entry(
      OutputFile out,
      MemorySegment keys,
      long keyOffset,
      int cpu,
      MemorySegment values,
      long valueOffset) {
    ByteText text = out.text();
    if (json) {
      text.put('{');
      label.json(text);
      text.put("\"key\":");
      ValueJson.write(text, key, keys, keyOffset);
      if (perCpu) {
        text.put(",\"cpu\":").decimal(cpu);
      }
      text.put(",\"value\":");
      ValueJson.write(text, value, values, valueOffset);
      text.put("}\n");
    } else if (slots.isPresent()) {
      histogram(text, keys, keyOffset, cpu, values, valueOffset, slots.get());
    } else {
      int line = text.length();
      time.write(text, Clock.REALTIME.nanos());
      label.column(text);
      if (perCpu) {
        int column = text.length();
        text.decimal(cpu).align(column, CPU.length() - 1, true, ' ').put(' ');
      }
      keyColumns.row(text, line, keys, keyOffset, key.size());
      if (text.length() - line > keyColumns.end()) {
        text.put(' '); // between a key wider than its columns and the value
      }
      valueColumns.row(text, line, values, valueOffset, value.size());
      text.put('\n');
    }
    out.commit();
  }

  private void histogram(
      ByteText text,
      MemorySegment keys,
      long keyOffset,
      int cpu,
      MemorySegment values,
      long valueOffset,
      Field slots) {
    text.put("key = ");
    ValueText.write(text, key, keys, keyOffset);
    text.put('\n');
    if (perCpu) {
      text.put("cpu = ").decimal(cpu).put('\n');
    }
    for (Field field : fields(SLOTS, value)) {
      if (!field.name().equals(SLOTS)) {
        text.put(field.name()).put(" = ");
        ValueText.write(text, field.type(), values, valueOffset + field.offset());
        text.put('\n');
      }
    }
    long[] counts = counts((ValueType.Array) slots.type(), values, valueOffset + slots.offset());
    if (sample.form() == Meta.Form.LOG2_HIST) {
      Histograms.log2(text, counts, sample.unit());
    } else {
      Histograms.linear(text, counts, sample.unit());
    }
    text.put('\n');
  }

  private static long[] counts(ValueType.Array array, MemorySegment memory, long offset) {
    long[] counts = new long[Math.toIntExact(array.count())];
    for (int i = 0; i < counts.length; i++) {
      counts[i] =
          ValueType.number(
              (ValueType.Number) array.element(), memory, offset + i * array.element().size());
    }
    return counts;
  }
}
