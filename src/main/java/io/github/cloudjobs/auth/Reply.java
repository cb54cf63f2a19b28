package io.github.cloudjobs.auth;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a source of credentials answered. Everything in it may be a secret.
 *
 * @param header looks up a header by name, in any case; null if there is none
 * @param date what the answer's {@code Date} says; null if it says nothing
 * @param retryAfter how long the source asks to be left alone; null if it does not say
 * @param body its text, which is UTF-8; whole, or its beginning
 * @param cut whether there was more of the body than is read
 */
record Reply(
    int status,
    Function<String, @Nullable String> header,
    @Nullable Instant date,
    @Nullable Duration retryAfter,
    String body,
    boolean cut) {

  /**
   * How long what it hands out is good for: the time between its own date and that of the end,
   * which were both taken from one clock.
   *
   * @param end such as {@code 2022-10-17T18:51:25.231456Z}, with any fraction or none
   * @param now this machine's time, for a reply without a date
   * @return null if the end cannot be read; negative if it is past
   */
  @Nullable Duration lifeUntil(@Nullable String end, Instant now) {
    if (end == null) {
      return null;
    }
    try {
      return Duration.between(date == null ? now : date, Instant.parse(end.strip()));
    } catch (DateTimeException | ArithmeticException unreadable) {
      return null;
    }
  }

  /** Never the body. */
  @Override
  public String toString() {
    return "Reply[" + status + "]";
  }
}
