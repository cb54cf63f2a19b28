package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ConnectionSettings;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * How polls go over HTTP, as far as a user has a say in it. Immutable.
 *
 * @param userClient whose connections and other settings are taken over, and which is left as it
 *     is; null for none
 * @param connection proxy and trust, on top of that client's
 * @param maxBodyBytes the largest answer that is read, after decompression
 * @param maxIdleConnections kept for later polls, unless they are those of a user's client
 */
public record HttpSettings(
    @Nullable OkHttpClient userClient,
    ConnectionSettings connection,
    RequestHeaders headers,
    Timeouts timeouts,
    int maxBodyBytes,
    int maxIdleConnections) {

  /** Begins the client; no redirects, no cookies, no cache, and a 401 is nobody's but ours. */
  OkHttpClient.Builder client() {
    OkHttpClient.Builder client = connection.derive(userClient, timeouts.call());
    if (userClient == null) {
      ConnectionPool own = new ConnectionPool(maxIdleConnections, 5, TimeUnit.MINUTES);
      client.connectionPool(own).eventListener(new EvictIdleConnections(own));
    }
    return client
        .connectTimeout(timeouts.connect())
        .followRedirects(false)
        .followSslRedirects(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null);
  }

  /**
   * Closes the idle connections of a pool when a response cannot be read to its end. Whatever broke
   * that connection may have broken them too, and HTTP/1.1 cannot check an idle connection: each
   * would cost another poll.
   */
  private static final class EvictIdleConnections extends EventListener {
    private final ConnectionPool pool;

    EvictIdleConnections(ConnectionPool pool) {
      this.pool = pool;
    }

    @Override
    public void responseFailed(Call call, IOException failure) {
      pool.evictAll();
    }
  }
}
