package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ConnectionSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP settings of a client, applied to a copy of the user's OkHttp client, if there is one.
 *
 * @param connectTimeout null for that of the user's client, or else OkHttp's 10 s
 * @param maxBodyBytes the largest response body that is read, after decompression
 * @param maxIdleConnections connections kept open, unless the user's client has its own pool
 */
public record HttpSettings(
    @Nullable OkHttpClient userClient,
    ConnectionSettings connection,
    RequestHeaders headers,
    @Nullable Duration connectTimeout,
    Duration callTimeout,
    int maxBodyBytes,
    int maxIdleConnections) {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration MAX_GRACE = Duration.ofSeconds(5);

  /** Returns the call timeout that was set, else that of the user's client if any, else 30 s. */
  public static Duration callTimeout(@Nullable Duration set, @Nullable OkHttpClient user) {
    if (set != null) {
      return set;
    }
    int millis = user == null ? 0 : user.callTimeoutMillis();
    return millis == 0 ? CALL_TIMEOUT : Duration.ofMillis(millis);
  }

  /** Checks a timeout: OkHttp counts milliseconds in an int, and zero means no limit. */
  public static Duration checkTimeout(String name, @Nullable Duration value) {
    if (value == null
        || value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofDays(24)) > 0) {
      throw new IllegalArgumentException(name + " must be from 1 ms to 24 days: " + value);
    }
    return value;
  }

  /** How long a poll in flight at a wait's deadline may continue. */
  public Duration grace() {
    return callTimeout.compareTo(MAX_GRACE) < 0 ? callTimeout : MAX_GRACE;
  }

  OkHttpClient.Builder client() {
    OkHttpClient.Builder client = connection.derive(userClient, callTimeout);
    if (userClient == null) {
      ConnectionPool own = new ConnectionPool(maxIdleConnections, 5, TimeUnit.MINUTES);
      client.connectionPool(own).eventListener(new EvictIdleConnections(own));
    }
    if (connectTimeout != null) {
      client.connectTimeout(connectTimeout);
    }
    return client;
  }

  /**
   * Closes the idle connections of a pool when a response cannot be read to its end. The network
   * fault may have broken them too, and HTTP/1.1 cannot check an idle connection: each broken one
   * would cost another poll.
   */
  private static final class EvictIdleConnections extends EventListener {
    private final ConnectionPool pool;

    EvictIdleConnections(ConnectionPool pool) {
      this.pool = pool;
    }

    @Override
    public void responseFailed(Call call, IOException failure) {
      if (!call.isCanceled()) { // by its caller, or by its timeout
        pool.evictAll();
      }
    }

    @Override
    public void callFailed(Call call, IOException failure) {
      if (failure instanceof InterruptedIOException) { // a timeout
        pool.evictAll();
      }
    }
  }
}
