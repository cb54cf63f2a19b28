package io.github.cloudjobs.http;

import java.time.Duration;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * How long connecting and a whole call may take. Immutable.
 *
 * @param connect from 1 ms to 24 days
 * @param call from 1 ms to 24 days
 */
public record Timeouts(Duration connect, Duration call) {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration CALL = Duration.ofSeconds(30);
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(5);

  /**
   * Returns what was set, else what a user's client has, else the defaults.
   *
   * @param connect null if it was not set
   * @param call null if it was not set; a client that has none leaves the default
   */
  public static Timeouts of(
      @Nullable Duration connect, @Nullable Duration call, @Nullable OkHttpClient user) {
    Duration users = user == null ? CONNECT : Duration.ofMillis(user.connectTimeoutMillis());
    int usersCall = user == null ? 0 : user.callTimeoutMillis();
    return new Timeouts(
        connect == null ? users : connect,
        call != null ? call : usersCall == 0 ? CALL : Duration.ofMillis(usersCall));
  }

  /**
   * Returns a timeout if it is one: OkHttp counts milliseconds in an int, and takes zero of them
   * for no limit at all.
   *
   * @throws IllegalArgumentException if it is null, or not from 1 ms to 24 days
   */
  public static Duration check(String name, @Nullable Duration value) {
    if (value == null
        || value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(name + " must be from 1 ms to 24 days: " + value);
    }
    return value;
  }

  /** How long a poll that is under way at a deadline may go on from there. */
  public Duration grace() {
    return call.compareTo(LONGEST_GRACE) < 0 ? call : LONGEST_GRACE;
  }
}
