package io.github.cloudjobs.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.Throwables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of a source of credentials: one request, one response of limited size. Does not
 * follow redirects, keep cookies, cache, or keep a connection open: the next request follows in an
 * hour.
 */
final class SourceHttp {
  static final ObjectMapper JSON = new ObjectMapper();
  static final int MAX_BYTES = 1 << 20; // of a response; IAM's may have a catalog

  /** A response of any status. All of it may be secret. */
  static final class SourceResponse {
    final int status;
    final Headers headers;
    final String body; // empty if it is too large
    private final Instant now;

    private SourceResponse(int status, Headers headers, String body, Instant now) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.now = now;
    }

    /** Returns the body as JSON; a missing node if it is none. */
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException unreadable) { // its message quotes the body
        return MissingNode.getInstance();
      }
    }

    /**
     * Returns how long credentials live, by the server's clock if the response has a date.
     *
     * @param expiresAt such as {@code 2022-10-17T18:51:25.231456Z}
     * @return negative if they have expired; null if {@code expiresAt} cannot be read
     */
    @Nullable Duration lifeUntil(JsonNode expiresAt) {
      Instant date = ResponseTimes.date(headers, now);
      try {
        return Duration.between(
            date == null ? now : date, Instant.parse(expiresAt.asText().strip()));
      } catch (DateTimeException | ArithmeticException unreadable) {
        return null;
      }
    }

    /** Returns the exception for this response; a 429 or 503 asks for a pause. */
    JobsServiceException error(String text, ErrorEnvelope error, @Nullable String advice) {
      String code = error.code();
      String message = error.message();
      String id = error.requestId();
      Duration pause = ResponseTimes.retryAfter(headers, now);
      return status == 429 || status == 503
          ? new ThrottledException(text, status, code, message, id, pause, advice)
          : new JobsServiceException(text, status, code, message, id, advice);
    }
  }

  private final String source; // its name, for messages
  private final OkHttpClient client;

  SourceHttp(String source, OkHttpClient.Builder settings) {
    NoImplicitRetryInterceptor.addTo(settings);
    settings.connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS));
    this.source = source;
    this.client = settings.build();
  }

  /**
   * Returns a client for addresses on this machine or its local link: no proxy, no names of other
   * hosts, no TLS, one attempt.
   *
   * @param timeout for connecting and for each read; twice as long for the whole call
   */
  static SourceHttp linkLocal(String source, Duration timeout) {
    return new SourceHttp(
        source,
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .socketFactory(new DirectSocketFactory())
            .dns(name -> List.of(InetAddress.getLoopbackAddress()))
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .retryOnConnectionFailure(false)
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .callTimeout(timeout.multipliedBy(2)));
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

  /** Sends a request; throws if there is no response, and if a proxy refuses the request. */
  SourceResponse send(Request.Builder request, Instant now) {
    Request named = request.header("User-Agent", "jobs-client").build();
    try (Response response = client.newCall(named).execute()) {
      BufferedSource read = response.body().source();
      String text = read.request(MAX_BYTES + 1L) ? "" : read.readUtf8();
      return new SourceResponse(response.code(), response.headers(), text, now);
    } catch (IOException e) {
      // A message about malformed HTTP quotes it; that might be a key.
      boolean quotes = e instanceof ProtocolException;
      String what = quotes ? e.getClass().getSimpleName() : Throwables.describe(e);
      throw new JobsTransportException(source + " did not respond: " + what, quotes ? null : e);
    }
  }
}
