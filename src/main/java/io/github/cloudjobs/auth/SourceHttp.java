package io.github.cloudjobs.auth;

import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.ProxyRefusalException;
import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.connection.StatusGuard;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks a source of credentials over HTTP: one request, one bounded answer. No redirect is followed,
 * no cookie kept, nothing cached, and no connection is held open: the next request comes in an
 * hour. Thread-safe; it blocks.
 */
final class SourceHttp {
  private static final MediaType JSON = MediaType.get("application/json;charset=utf8");

  private final OkHttpClient client;
  private final int mostBytes;

  private SourceHttp(OkHttpClient.Builder client, int mostBytes) {
    client
        .followRedirects(false)
        .followSslRedirects(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null);
    StatusGuard.addTo(client);
    this.client = client.build();
    this.mostBytes = mostBytes;
  }

  /**
   * For an address on this machine or its own link: no proxy, no name that leads elsewhere, no TLS,
   * one attempt.
   *
   * @param timeout for connecting, and for each time that nothing comes; twice that for everything
   */
  static SourceHttp link(Duration timeout, int mostBytes) {
    return new SourceHttp(
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .socketFactory(new DirectSockets())
            .dns(SourceHttp::loopback)
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .callTimeout(timeout.multipliedBy(2)),
        mostBytes);
  }

  /** Asked for names only, not for numbers: and the one name that is let through is this one's. */
  private static List<InetAddress> loopback(String name) throws UnknownHostException {
    List<InetAddress> here =
        List.of(InetAddress.getAllByName(name)).stream()
            .filter(InetAddress::isLoopbackAddress)
            .toList();
    if (here.isEmpty()) {
      throw new UnknownHostException("not this machine: " + name);
    }
    return here;
  }

  /**
   * For a service on the internet.
   *
   * @param user whose connections, proxy and trust are used; null for those of the JVM
   * @param connection what is set on top of that
   * @param timeout for everything, if the user's client has none
   */
  static SourceHttp internet(
      @Nullable OkHttpClient user, ConnectionSettings connection, Duration timeout, int mostBytes) {
    int millis = user == null ? 0 : user.callTimeoutMillis();
    OkHttpClient.Builder derived =
        connection.derive(user, millis == 0 ? timeout : Duration.ofMillis(millis));
    if (user == null) {
      derived.connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS));
    }
    return new SourceHttp(derived, mostBytes);
  }

  /**
   * Sends a request, and reads the answer whatever its status.
   *
   * @param source whom it goes to, for people
   * @param json what is sent; null for nothing. It is left as it is
   * @param now this machine's time
   * @throws JobsTransportException if no answer comes
   * @throws JobsServiceException if a proxy lets nothing through
   */
  Reply send(
      String source,
      String method,
      String url,
      Map<String, String> headers,
      byte @Nullable [] json,
      Instant now) {
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header("User-Agent", "jobs-client")
            .method(method, body(method, json));
    headers.forEach(request::header);
    try (Response response = client.newCall(request.build()).execute()) {
      BufferedSource body = response.body().source();
      boolean cut = body.request(mostBytes + 1L);
      String read = cut ? body.readUtf8(mostBytes) : body.readUtf8();
      return new Reply(
          response.code(),
          response::header,
          ResponseTimes.date(response.headers(), now),
          ResponseTimes.retryAfter(response.headers(), now),
          read,
          cut);
    } catch (IOException | ProxyRefusalException e) {
      JobsServiceException refused = ProxyRefusalException.in(e, source);
      if (refused != null) {
        throw refused;
      }
      // What is no HTTP is quoted in the complaint about it, and might be a key.
      boolean quotes = e instanceof ProtocolException;
      throw new JobsTransportException(
          source
              + " did not answer: "
              + e.getClass().getSimpleName()
              + (quotes ? "" : ", " + e.getMessage()),
          quotes ? null : e);
    }
  }

  private static @Nullable RequestBody body(String method, byte @Nullable [] json) {
    if (json != null) {
      return RequestBody.create(json, JSON);
    }
    return method.equals("GET") ? null : RequestBody.create(new byte[0]);
  }
}
