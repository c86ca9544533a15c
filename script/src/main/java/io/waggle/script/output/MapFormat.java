package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** How the entries of one map are written; compiled once per map. */
final class MapFormat {
  private final Type type;
  private final int size;
  private final ValueFormat key;
  private final ValueFormat plain;
  private final Buckets buckets;
  private final boolean signed;
  private final Optional<SeriesFormat> series;

  MapFormat(MapPlan plan, boolean signed, Names names) {
    this.type = plan.value();
    this.signed = signed;
    this.key = ValueFormat.of(plan.key().orElseGet(Type.None::new), 0, names);
    Type.Plain value = plan.value() instanceof Type.Plain other ? other : new Type.None();
    this.plain = ValueFormat.of(value, 0, names);
    boolean histogram = type instanceof Type.Hist || type instanceof Type.Lhist;
    this.buckets = histogram ? Buckets.of((Type.Aggregation) type) : new Buckets.Powers(0);
    this.size = type.size() / 8;
    this.series =
        type instanceof Type.Tseries over
            ? Optional.of(new SeriesFormat(over, names))
            : Optional.empty();
  }

  /** Whether a value takes lines of its own. */
  boolean isTable() {
    return isHistogram() || series.isPresent();
  }

  private boolean isHistogram() {
    return type instanceof Type.Hist || type instanceof Type.Lhist;
  }

  /** The JSON object's type: averages are statistics, too. */
  String jsonType() {
    if (series.isPresent()) {
      return "tseries";
    }
    return isHistogram()
        ? "hist"
        : type instanceof Type.Stats || type instanceof Type.Avg ? "stats" : "map";
  }

  void key(ByteText out, MemorySegment keys, long at) {
    key.key(out, keys, at);
  }

  void jsonKey(ByteText out, MemorySegment keys, long at) {
    key.jsonKey(out, keys, at);
  }

  void text(ByteText out, MapSnapshot map, MemorySegment values, int entry, long divisor) {
    switch (type) {
      case Type.Plain value -> plain.text(out, values, map.valueAt(entry), divisor);
      case Type.Hist hist -> HistogramFormat.text(out, map, entry, buckets, size, divisor);
      case Type.Lhist lhist -> HistogramFormat.text(out, map, entry, buckets, size, divisor);
      case Type.Avg avg -> decimal(out, map.average(entry), divisor);
      case Type.Stats stats -> {
        out.put("{ .count = ").unsigned(map.number(entry, 1)).put(", .average = ");
        decimal(out, map.average(entry), divisor);
        out.put(", .total = ");
        decimal(out, map.number(entry, 0), 1);
        out.put(" }");
      }
      case Type.Tseries over -> series.orElseThrow().text(out, map, entry);
      case Type.Aggregation number -> decimal(out, map.number(entry, 0), divisor);
    }
  }

  private void decimal(ByteText out, long value, long divisor) {
    if (signed) {
      out.decimal(value / divisor);
    } else {
      out.unsigned(Long.divideUnsigned(value, divisor));
    }
  }

  void json(ByteText out, MapSnapshot map, MemorySegment values, int entry, long divisor) {
    switch (type) {
      case Type.Plain value -> plain.json(out, values, map.valueAt(entry), divisor);
      case Type.Hist hist -> HistogramFormat.json(out, map, entry, buckets, size, divisor);
      case Type.Lhist lhist -> HistogramFormat.json(out, map, entry, buckets, size, divisor);
      case Type.Avg avg -> jsonNumber(out, map.average(entry), divisor);
      case Type.Stats stats -> {
        out.put("{\"count\": ");
        Json.unsigned(out, map.number(entry, 1));
        out.put(", \"average\": ");
        jsonNumber(out, map.average(entry), divisor);
        out.put(", \"total\": ");
        jsonNumber(out, map.number(entry, 0), 1);
        out.put('}');
      }
      case Type.Tseries over -> series.orElseThrow().json(out, map, entry);
      case Type.Aggregation number -> jsonNumber(out, map.number(entry, 0), divisor);
    }
  }

  private void jsonNumber(ByteText out, long value, long divisor) {
    if (signed) {
      Json.signed(out, value / divisor);
    } else {
      Json.unsigned(out, Long.divideUnsigned(value, divisor));
    }
  }
}
