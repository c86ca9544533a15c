package io.waggle.formats.text;

/**
 * A format of strftime(3) in the C locale.
 *
 * <p>For {@code strftime()} three conversions mean parts of the second, as in bpftrace: {@code %f}
 * microseconds, {@code %l} milliseconds, {@code %k} nanoseconds. For {@code time()} they are the C
 * library's.
 */
public final class TimeFormat {
  private static final String[] DAYS = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
  };
  private static final String[] MONTHS = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"
  };

  private final String format;
  private final boolean fractions;
  private final CivilTime time;

  private TimeFormat(String format, boolean fractions, boolean utc) {
    this.format = format;
    this.fractions = fractions;
    this.time = new CivilTime(utc);
  }

  /** A format of {@code strftime()}, in local time. */
  public static TimeFormat strftime(String format) {
    return new TimeFormat(format, true, false);
  }

  /** A format of {@code time()}, in local time. */
  public static TimeFormat time(String format) {
    return new TimeFormat(format, false, false);
  }

  /** A format of {@code strftime()}, in UTC. */
  public static TimeFormat utc(String format) {
    return new TimeFormat(format, true, true);
  }

  /** Appends the moment {@code epochNanos}, nanoseconds since 1970. */
  public void write(ByteText out, long epochNanos) {
    time.set(epochNanos);
    write(out, format);
  }

  private void write(ByteText out, String pattern) {
    int end = pattern.length();
    for (int i = 0; i < end; i++) {
      char c = pattern.charAt(i);
      if (c >= 0x80) {
        String character = Character.toString(pattern.codePointAt(i));
        out.put(character);
        i += character.length() - 1;
        continue;
      }
      if (c != '%' || i + 1 == end) {
        out.put(c);
        continue;
      }
      char conversion = pattern.charAt(++i);
      if ((conversion == 'E' || conversion == 'O') && i + 1 < end) {
        conversion = pattern.charAt(++i);
      }
      convert(out, conversion);
    }
  }

  private void convert(ByteText out, char conversion) {
    switch (conversion) {
      case 'H' -> out.padded(time.hour, 2, '0');
      case 'M' -> out.padded(time.minute, 2, '0');
      case 'S' -> out.padded(time.second, 2, '0');
      case 'Y' -> out.decimal(time.year);
      case 'm' -> out.padded(time.month + 1, 2, '0');
      case 'd' -> out.padded(time.day, 2, '0');
      case 'T' -> write(out, "%H:%M:%S");
      case 'R' -> write(out, "%H:%M");
      case 'F' -> write(out, "%Y-%m-%d");
      case 'D', 'x' -> write(out, "%m/%d/%y");
      case 'X' -> write(out, "%H:%M:%S");
      case 'c' -> write(out, "%a %b %e %H:%M:%S %Y");
      case 'r' -> write(out, "%I:%M:%S %p");
      case 'a' -> out.put(DAYS[time.weekday].substring(0, 3));
      case 'A' -> out.put(DAYS[time.weekday]);
      case 'b', 'h' -> out.put(MONTHS[time.month].substring(0, 3));
      case 'B' -> out.put(MONTHS[time.month]);
      case 'C' -> out.padded(Math.floorDiv(time.year, 100), 2, '0');
      case 'y' -> out.padded(Math.floorMod(time.year, 100), 2, '0');
      case 'e' -> out.padded(time.day, 2, ' ');
      case 'I' -> out.padded(twelve(), 2, '0');
      case 'j' -> out.padded(time.yearday + 1, 3, '0');
      case 'p' -> out.put(time.hour < 12 ? "AM" : "PM");
      case 'P' -> out.put(time.hour < 12 ? "am" : "pm");
      case 'n' -> out.put('\n');
      case 't' -> out.put('\t');
      case '%' -> out.put('%');
      case 's' -> out.decimal(time.epochSecond());
      case 'u' -> out.decimal(time.weekday == 0 ? 7 : time.weekday);
      case 'w' -> out.decimal(time.weekday);
      case 'U' -> out.padded((time.yearday + 7 - time.weekday) / 7, 2, '0');
      case 'W' -> out.padded((time.yearday + 7 - (time.weekday + 6) % 7) / 7, 2, '0');
      case 'V' -> out.padded(isoWeek(), 2, '0');
      case 'G' -> out.decimal(isoYear());
      case 'g' -> out.padded(Math.floorMod(isoYear(), 100), 2, '0');
      case 'z' -> zone(out);
      case 'Z' -> out.put(time.zoneName());
      case 'f', 'k', 'l' -> partOfSecond(out, conversion);
      default -> out.put('%').put(String.valueOf(conversion));
    }
  }

  private void partOfSecond(ByteText out, char conversion) {
    if (!fractions) {
      switch (conversion) {
        case 'k' -> out.padded(time.hour, 2, ' ');
        case 'l' -> out.padded(twelve(), 2, ' ');
        default -> out.put('%').put(conversion);
      }
      return;
    }
    switch (conversion) {
      case 'f' -> out.padded(time.nano / 1000, 6, '0');
      case 'l' -> out.padded(time.nano / 1_000_000, 3, '0');
      default -> out.padded(time.nano, 9, '0');
    }
  }

  private int twelve() {
    return (time.hour + 11) % 12 + 1;
  }

  private void zone(ByteText out) {
    int minutes = Math.abs(time.offset) / 60;
    out.put(time.offset < 0 ? '-' : '+').padded(minutes / 60, 2, '0').padded(minutes % 60, 2, '0');
  }

  // ISO 8601: weeks start on Monday and belong to the year that has their Thursday.
  private int isoWeek() {
    int week = (time.yearday - (time.weekday + 6) % 7 + 10) / 7;
    if (week == 0) {
      return weeksIn(time.year - 1);
    }
    return week == 53 && weeksIn(time.year) == 52 ? 1 : week;
  }

  private long isoYear() {
    int week = isoWeek();
    if (week >= 52 && time.month == 0) {
      return time.year - 1;
    }
    return week == 1 && time.month == 11 ? time.year + 1 : time.year;
  }

  private static int weeksIn(long year) {
    return weekdayOfLastDay(year) == 4 || weekdayOfLastDay(year - 1) == 3 ? 53 : 52;
  }

  private static int weekdayOfLastDay(long year) {
    return (int)
        Math.floorMod(
            year + Math.floorDiv(year, 4) - Math.floorDiv(year, 100) + Math.floorDiv(year, 400),
            7L);
  }
}
