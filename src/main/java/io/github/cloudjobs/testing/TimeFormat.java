package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How a job writes {@code begin_time} and {@code end_time}: the ways services really do, in UTC.
 */
public enum TimeFormat {
  /** {@code 2016-04-25T20:04:47.591Z}: nearly everywhere. */
  ISO_MILLIS("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'"),
  /** {@code 2016-04-25T20:04:47Z}. */
  ISO_SECONDS("uuuu-MM-dd'T'HH:mm:ss'Z'"),
  /** {@code 2016-04-25T20:04:47+0000}, as the databases do. */
  ISO_OFFSET("uuuu-MM-dd'T'HH:mm:ss'+0000'"),
  /** {@code 2016-04-25T20:04:47}: no zone, and UTC is meant. */
  ISO_NO_ZONE("uuuu-MM-dd'T'HH:mm:ss"),
  /** {@code 2016-04-25 20:04:47}: a blank for the {@code T}, no zone. */
  BLANK_NO_ZONE("uuuu-MM-dd HH:mm:ss"),
  /** {@code 25-Apr-2016 20:04:47:591}: older IMS jobs; English months, no zone. */
  DAY_MONTH_YEAR("dd-MMM-uuuu HH:mm:ss:SSS"),
  /** {@code 2016-04-25 20:04:47.591000000 +0000 UTC}: what Go prints. */
  GO("uuuu-MM-dd HH:mm:ss.SSSSSSSSS '+0000 UTC'"),
  /** {@code "1461614687591"}: epoch milliseconds as text. */
  EPOCH_MILLIS_TEXT(""),
  /** {@code 1461614687591}: epoch milliseconds as a number. */
  EPOCH_MILLIS_NUMBER("");

  private final String pattern;

  TimeFormat(String pattern) {
    this.pattern = pattern;
  }

  JsonNode write(Instant time) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (this) {
      case EPOCH_MILLIS_TEXT -> nodes.textNode(Long.toString(time.toEpochMilli()));
      case EPOCH_MILLIS_NUMBER -> nodes.numberNode(time.toEpochMilli());
      default ->
          nodes.textNode(
              DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                  .withZone(ZoneOffset.UTC)
                  .format(time));
    };
  }
}
