package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ConnectionSettings;
import java.time.Duration;
import okhttp3.Authenticator;
import okhttp3.CookieJar;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * How polls go over HTTP, as far as a user has a say in it. Immutable.
 *
 * @param userClient whose connections and other settings are taken over, and which is left as it
 *     is; null for none
 * @param connection proxy and trust, on top of that client's
 * @param maxBodyBytes the largest answer that is read, after decompression
 */
public record HttpSettings(
    @Nullable OkHttpClient userClient,
    ConnectionSettings connection,
    RequestHeaders headers,
    Timeouts timeouts,
    int maxBodyBytes) {

  /** Begins the client; no redirects, no cookies, no cache, and a 401 is nobody's but ours. */
  OkHttpClient.Builder client() {
    OkHttpClient.Builder client = connection.derive(userClient);
    if (userClient == null) { // the call's timeout covers these
      client.readTimeout(Duration.ZERO).writeTimeout(Duration.ZERO);
    }
    return client
        .connectTimeout(timeouts.connect())
        .callTimeout(timeouts.call())
        .followRedirects(false)
        .followSslRedirects(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null);
  }
}
