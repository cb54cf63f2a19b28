package io.github.cloudjobs.auth;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The time of a signature, {@code 20240305T060708Z}: UTC, in ASCII digits whatever the locale. */
final class SdkDate {
  /** How much of the text is the day. */
  static final int DAY_LENGTH = 8;

  // The format has four digits for the year.
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  private SdkDate() {}

  /** Writes {@code at}; a fraction of a second is dropped. */
  static String format(Instant at) {
    if (at.isBefore(FIRST) || !at.isBefore(END)) {
      throw new IllegalArgumentException("no four digits can write the year of " + at);
    }
    LocalDateTime utc = LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, ZoneOffset.UTC);
    char[] text = "00000000T000000Z".toCharArray();
    write(text, 4, utc.getYear());
    write(text, 6, utc.getMonthValue());
    write(text, 8, utc.getDayOfMonth());
    write(text, 11, utc.getHour());
    write(text, 13, utc.getMinute());
    write(text, 15, utc.getSecond());
    return new String(text);
  }

  /** The day a date text begins with: {@code 20240305}. */
  static String day(String date) {
    if (date.length() < DAY_LENGTH) {
      throw new IllegalArgumentException("the date does not begin with a day of eight digits");
    }
    return date.substring(0, DAY_LENGTH);
  }

  private static void write(char[] text, int end, int number) {
    int at = end;
    for (int rest = number; rest > 0; rest /= 10) {
      text[--at] = (char) ('0' + rest % 10);
    }
  }
}
