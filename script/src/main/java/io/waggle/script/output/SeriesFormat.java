package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.formats.text.TimeFormat;
import io.waggle.script.types.Type;

/** Writes a series: a line for each interval with a mark where its value lies. */
final class SeriesFormat {
  private static final int WIDTH = 53;
  private static final int LEFT = 21;
  private final TimeFormat clock = TimeFormat.strftime("%H:%M:%S");
  private final TimeFormat date = TimeFormat.strftime("%Y-%m-%d %H:%M:%S");

  private final Type.Tseries type;
  private final Names names;

  SeriesFormat(Type.Tseries type, Names names) {
    this.type = type;
    this.names = names;
  }

  /** The slot of {@code entry} that holds an interval, or -1. */
  private int slot(MapSnapshot map, int entry, long interval) {
    int slot = (int) Long.remainderUnsigned(interval, type.intervals()) * Type.Tseries.WORDS;
    return map.number(entry, slot) == interval && map.number(entry, slot + 2) != 0 ? slot : -1;
  }

  private long value(MapSnapshot map, int entry, int slot) {
    return SeriesValues.shown(type, map.number(entry, slot + 1), map.number(entry, slot + 2));
  }

  /** The first interval of an entry that is not older than what the series keeps, or -1. */
  private long first(MapSnapshot map, int entry, long last) {
    for (long i = Math.max(0, last - type.intervals() + 1); i <= last; i++) {
      if (slot(map, entry, i) >= 0) {
        return i;
      }
    }
    return -1;
  }

  void text(ByteText out, MapSnapshot map, int entry) {
    long last = map.lastInterval();
    long first = first(map, entry, last);
    if (first < 0) {
      out.put("<no data>");
      return;
    }
    long least = 0;
    long most = 0;
    boolean seen = false;
    for (long i = first; i <= last; i++) {
      int slot = slot(map, entry, i);
      if (slot >= 0) {
        long value = value(map, entry, slot);
        least = !seen || less(value, least) ? value : least;
        most = !seen || less(most, value) ? value : most;
        seen = true;
      }
    }
    if (least == most) {
      // Room on both sides, where the type has it.
      least = less(least - 1, least) ? least - 1 : least;
      most = less(most, most + 1) ? most + 1 : most;
    }
    int margin = "hh:mm:ss".length() + (digits() == 0 ? 0 : 1 + digits()) + 1;
    bounds(out, margin, least, most);
    int start = out.length();
    out.put("hh:mm:ss").put(unit());
    out.align(start, margin, true, ' ');
    line(out, '|', '_', '|').put('\n');
    for (long i = first; i <= last; i++) {
      row(out, map, entry, i, least, most);
    }
    fill(out, margin, ' ');
    line(out, 'v', '_', 'v').put('\n');
    bounds(out, margin, least, most);
  }

  private boolean less(long a, long b) {
    return type.signed() ? a < b : Long.compareUnsigned(a, b) < 0;
  }

  /** Digits of a second's fraction that tell one interval from the next. */
  private int digits() {
    return type.interval() >= 1_000_000_000
        ? 0
        : type.interval() >= 1_000_000 ? 3 : type.interval() >= 1_000 ? 6 : 9;
  }

  private String unit() {
    return switch (digits()) {
      case 0 -> "";
      case 3 -> ".ms";
      case 6 -> ".us";
      default -> ".ns";
    };
  }

  private void number(ByteText out, long value) {
    if (type.signed()) {
      out.decimal(value);
    } else {
      out.unsigned(value);
    }
  }

  private static void fill(ByteText out, int count, int character) {
    for (int i = 0; i < count; i++) {
      out.put(character);
    }
  }

  private static ByteText line(ByteText out, int left, int inside, int right) {
    out.put(left);
    fill(out, WIDTH - 2, inside);
    return out.put(right);
  }

  private void bounds(ByteText out, int margin, long least, long most) {
    fill(out, margin, ' ');
    int start = out.length();
    number(out, least);
    out.align(start, LEFT, true, ' ');
    start = out.length();
    number(out, most);
    out.align(start, WIDTH - LEFT, false, ' ');
    out.put('\n');
  }

  private void row(ByteText out, MapSnapshot map, int entry, long interval, long least, long most) {
    moment(out, clock, interval, digits());
    out.put(' ');
    int slot = slot(map, entry, interval);
    // In single precision, so that marks are where bpftrace's are.
    float scale = (float) (most - least);
    int zero = type.signed() && least < 0 && most > 0 ? (int) ((float) WIDTH * -least / scale) : 0;
    int mark = -1;
    if (slot >= 0) {
      float part = (float) (value(map, entry, slot) - least);
      mark = Math.clamp((int) ((WIDTH - 1) * part / scale), 0, WIDTH - 1);
    }
    for (int i = 0; i < WIDTH; i++) {
      boolean edge = i == 0 || i == WIDTH - 1;
      out.put(i == mark ? '*' : i == zero && zero > 0 ? '.' : edge ? '|' : ' ');
    }
    out.put(' ');
    if (slot >= 0) {
      number(out, value(map, entry, slot));
    } else {
      out.put('-');
    }
    out.put('\n');
  }

  private void moment(ByteText out, TimeFormat format, long interval, int digits) {
    long nanos = names.moment(interval * type.interval());
    format.write(out, nanos);
    if (digits > 0) {
      long fraction = Math.floorMod(nanos, 1_000_000_000L);
      for (int i = digits; i < 9; i++) {
        fraction /= 10;
      }
      out.put('.').padded(fraction, digits, '0');
    }
  }

  void json(ByteText out, MapSnapshot map, int entry) {
    long last = map.lastInterval();
    long first = first(map, entry, last);
    out.put('[');
    boolean some = false;
    for (long i = first; first >= 0 && i <= last; i++) {
      int slot = slot(map, entry, i);
      if (slot >= 0) {
        out.put(some ? "," : "").put("{\"interval_start\": \"");
        moment(out, date, i, 9);
        out.put("\", \"value\": ");
        long value = value(map, entry, slot);
        if (type.signed()) {
          Json.signed(out, value);
        } else {
          Json.unsigned(out, value);
        }
        out.put('}');
        some = true;
      }
    }
    out.put(']');
  }
}
