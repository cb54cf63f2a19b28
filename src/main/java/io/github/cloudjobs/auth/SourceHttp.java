package io.github.cloudjobs.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.connection.ProxyLogin.ProxyRefusal;
import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.ErrorEnvelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of the sources of credentials: one request, one response of limited size. Does
 * not follow redirects, keep cookies, cache, or keep a connection open: the next request follows in
 * an hour.
 */
final class SourceHttp {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final MediaType JSON_TYPE = MediaType.get("application/json;charset=utf8");

  /**
   * A response of any status. All of it may be secret.
   *
   * @param date null if it is missing or unreadable
   * @param retryAfter null if it is missing or unreadable
   * @param truncated whether the body is longer than was read
   */
  record SourceResponse(
      int status,
      Headers headers,
      @Nullable Instant date,
      @Nullable Duration retryAfter,
      String body,
      boolean truncated) {

    @Nullable String header(String name) {
      return headers.get(name);
    }

    /** Returns the body as a JSON object; null if it is not one. */
    @Nullable JsonNode json() {
      try {
        JsonNode root = truncated ? null : JSON.readTree(body);
        return root != null && root.isObject() ? root : null;
      } catch (JsonProcessingException unreadable) { // its message quotes the body
        return null;
      }
    }

    /**
     * Returns how long credentials live. Both times are of the server's clock.
     *
     * @param expiresAt such as {@code 2022-10-17T18:51:25.231456Z}
     * @param now time of this machine, for a response without a date
     * @return negative if they have expired; null if {@code expiresAt} cannot be read
     */
    @Nullable Duration lifeUntil(@Nullable String expiresAt, Instant now) {
      if (expiresAt == null) {
        return null;
      }
      try {
        return Duration.between(date == null ? now : date, Instant.parse(expiresAt.strip()));
      } catch (DateTimeException | ArithmeticException unreadable) {
        return null;
      }
    }

    /** Returns the exception for this response; a 429 or 503 asks for a pause. */
    JobsServiceException error(String text, ErrorEnvelope error, @Nullable String advice) {
      String code = error.code();
      String message = error.message();
      String id = error.requestId();
      return status == 429 || status == 503
          ? new ThrottledException(text, status, code, message, id, retryAfter, advice)
          : new JobsServiceException(text, status, code, message, id, advice);
    }

    /** Without headers and body. */
    @Override
    public String toString() {
      return "SourceResponse[" + status + "]";
    }
  }

  private final OkHttpClient client;
  private final int maxBytes;

  private SourceHttp(OkHttpClient.Builder settings, int maxBytes) {
    settings
        .followRedirects(false)
        .followSslRedirects(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null);
    NoImplicitRetryInterceptor.addTo(settings);
    this.client = settings.build();
    this.maxBytes = maxBytes;
  }

  /**
   * Returns a client for addresses on this machine or its local link: no proxy, no names of other
   * hosts, no TLS, one attempt.
   *
   * @param timeout for connecting and for each read; twice as long for the whole call
   */
  static SourceHttp linkLocal(Duration timeout, int maxBytes) {
    return new SourceHttp(
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .socketFactory(new DirectSocketFactory())
            .dns(SourceHttp::resolveLoopback)
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .callTimeout(timeout.multipliedBy(2)),
        maxBytes);
  }

  /** Called for host names only, not for numeric addresses. */
  private static List<InetAddress> resolveLoopback(String name) throws UnknownHostException {
    List<InetAddress> here =
        List.of(InetAddress.getAllByName(name)).stream()
            .filter(InetAddress::isLoopbackAddress)
            .toList();
    if (here.isEmpty()) {
      throw new UnknownHostException("not this machine: " + name);
    }
    return here;
  }

  /** A socket factory that ignores the JVM's SOCKS properties. OkHttp connects the sockets. */
  private static final class DirectSocketFactory extends SocketFactory {
    @Override
    public Socket createSocket() {
      return new Socket(Proxy.NO_PROXY);
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * Returns a client for a service on the internet.
   *
   * @param user client to derive it from; null for none
   * @param timeout for the whole call, unless the user's client has one
   */
  static SourceHttp internet(
      @Nullable OkHttpClient user, ConnectionSettings connection, Duration timeout, int maxBytes) {
    int millis = user == null ? 0 : user.callTimeoutMillis();
    OkHttpClient.Builder derived =
        connection.derive(user, millis == 0 ? timeout : Duration.ofMillis(millis));
    if (user == null) {
      derived.connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS));
    }
    return new SourceHttp(derived, maxBytes);
  }

  /**
   * Sends a request and reads the response.
   *
   * @param source name of the source, for messages
   * @param json body of the request, which is not copied; null for none
   * @param now time of this machine
   * @throws JobsTransportException if there is no response
   * @throws JobsServiceException if a proxy refuses the request
   */
  SourceResponse send(
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
      boolean truncated = body.request(maxBytes + 1L);
      return new SourceResponse(
          response.code(),
          response.headers(),
          ResponseTimes.date(response.headers(), now),
          ResponseTimes.retryAfter(response.headers(), now),
          truncated ? body.readUtf8(maxBytes) : body.readUtf8(),
          truncated);
    } catch (IOException | ProxyRefusal e) {
      JobsServiceException refused = ProxyLogin.refusalIn(e, source);
      if (refused != null) {
        throw refused;
      }
      // A message about malformed HTTP quotes it; that might be a key.
      boolean quotes = e instanceof ProtocolException;
      throw new JobsTransportException(
          source
              + " did not respond: "
              + e.getClass().getSimpleName()
              + (quotes ? "" : ", " + e.getMessage()),
          quotes ? null : e);
    }
  }

  private static @Nullable RequestBody body(String method, byte @Nullable [] json) {
    if (json != null) {
      return RequestBody.create(json, JSON_TYPE);
    }
    return method.equals("GET") ? null : RequestBody.create(new byte[0]);
  }
}
