package io.waggle.formats.text;

import java.util.TimeZone;

/**
 * A moment broken down as {@code struct tm} has it, in the machine's time zone.
 *
 * <p>Mutable, to be reused: moments of one trace mostly share their second.
 */
final class CivilTime {
  private long epochSecond = Long.MIN_VALUE;
  private TimeZone zone;
  private final boolean utc;

  int nano;
  long year;

  /** 0 to 11. */
  int month;

  /** 1 to 31. */
  int day;

  int hour;
  int minute;
  int second;

  /** 0 is Sunday. */
  int weekday;

  /** 0 to 365. */
  int yearday;

  /** Seconds east of Greenwich. */
  int offset;

  CivilTime(boolean utc) {
    this.utc = utc;
  }

  /** Sets the moment, nanoseconds since 1970. */
  void set(long epochNanos) {
    long seconds = Math.floorDiv(epochNanos, 1_000_000_000L);
    nano = (int) (epochNanos - seconds * 1_000_000_000L);
    if (seconds != epochSecond) {
      epochSecond = seconds;
      breakDown(seconds);
    }
  }

  long epochSecond() {
    return epochSecond;
  }

  private void breakDown(long seconds) {
    offset = utc ? 0 : zone().getOffset(seconds * 1000) / 1000;
    long local = seconds + offset;
    long days = Math.floorDiv(local, 86_400L);
    int ofDay = (int) (local - days * 86_400L);
    hour = ofDay / 3600;
    minute = ofDay / 60 % 60;
    second = ofDay % 60;
    weekday = (int) Math.floorMod(days + 4, 7L);
    // Count years from March, so that a leap day is the last day of its year; eras of 400 years.
    long sinceMarch = days + 719_468;
    long era = Math.floorDiv(sinceMarch, 146_097L);
    int ofEra = (int) (sinceMarch - era * 146_097L);
    int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int marchMonth = (5 * ofYear + 2) / 153;
    day = ofYear - (153 * marchMonth + 2) / 5 + 1;
    month = (marchMonth + 2) % 12;
    year = era * 400 + yearOfEra + (month < 2 ? 1 : 0);
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    yearday = month < 2 ? ofYear - 306 : ofYear + 59 + (leap ? 1 : 0);
  }

  String zoneName() {
    return utc
        ? "UTC"
        : zone().getDisplayName(zone().inDaylightTime(new java.util.Date(epochSecond * 1000)), 0);
  }

  private TimeZone zone() {
    if (zone == null) {
      zone = TimeZone.getDefault();
    }
    return zone;
  }
}
