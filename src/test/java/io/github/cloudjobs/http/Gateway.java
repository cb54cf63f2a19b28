package io.github.cloudjobs.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import kotlin.Pair;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.Request;

/** The requests and responses of a gateway, for a MockWebServer. */
public final class Gateway {
  public static final String PROJECT = "0a1b2c";
  public static final String JOB = "ff80808";
  public static final String SECRET = "sEcReT-kEy/+of=the=tests";
  public static final String TOKEN = "MIIFtoken/of+the=tests";
  public static final Credentials KEY = Credentials.accessKey("AKOFTHETESTS00000001", SECRET);

  /** Bounds every wait of a test for another thread. */
  public static final long MAX_SECONDS = 20;

  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private Gateway() {}

  /**
   * A server that sends what it has at once. It writes head and body apart, and with Nagle's
   * algorithm the second comes 40 ms after the first: too much for hundreds.
   */
  public static MockWebServer server() {
    MockWebServer server = new MockWebServer();
    server.setServerSocketFactory(new PromptSockets());
    return server;
  }

  public static String endpoint(MockWebServer server) {
    return "http://127.0.0.1:" + server.getPort();
  }

  public static JobsClient.Builder client(MockWebServer server) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(endpoint(server))
        .credentials(KEY);
  }

  /** Polls with or without blocking; an exception of the future is thrown as such. */
  public static Job poll(JobsClient client, boolean async) {
    return async ? join(client.pollJobAsync(PROJECT, JOB)) : client.pollJob(PROJECT, JOB);
  }

  /** Starts polls at the same time. */
  static List<CompletableFuture<Job>> poll(JobsClient client, int times) {
    return Stream.generate(() -> client.pollJobAsync(PROJECT, JOB))
        .limit(times)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Polls once with a client that is closed afterwards. */
  public static Job pollOnce(JobsClient.Builder builder, boolean async) {
    try (JobsClient client = builder.build()) {
      return poll(client, async);
    }
  }

  public static Job pollOnce(JobsClient.Builder builder) {
    return pollOnce(builder, false);
  }

  /** Returns the exception of a poll with a client that is closed afterwards. */
  public static Throwable failure(JobsClient.Builder builder) {
    return catchThrowable(() -> pollOnce(builder));
  }

  /** Returns what a future completes with, or throws it. */
  public static <T> T join(CompletableFuture<T> future) {
    try {
      return future.get(MAX_SECONDS, SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException error) {
        throw error;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("left waiting", e);
    }
  }

  public static MockResponse.Builder response(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .addHeader("Content-Type", "application/json")
        .body(body);
  }

  public static MockResponse job(String status) {
    return response(200, "{\"job_id\":\"" + JOB + "\",\"status\":\"" + status + "\"}").build();
  }

  public static MockResponse.Builder refusal(String number, String message) {
    return response(
        401,
        "{\"error_msg\":\"%s\",\"error_code\":\"APIGW.%s\",\"request_id\":\"r-1\"}"
            .formatted(message, number));
  }

  public static MockResponse unknownKey() {
    return refusal("0301", "Incorrect IAM authentication information: ak not exist").build();
  }

  /** A refusal by a gateway whose clock is years behind. */
  static MockResponse clockOff() {
    return refusal("0301", "verify aksk signature fail")
        .addHeader("Date", "Thu, 28 May 2020 12:10:00 GMT")
        .build();
  }

  public static void respondBy(
      MockWebServer server, Function<RecordedRequest, MockResponse> gateway) {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return gateway.apply(request);
          }
        });
  }

  /** Returns whether a request is signed with these credentials, whatever its date. */
  public static boolean accepts(Credentials credentials, RecordedRequest request) {
    return accepts(RequestSigner.standard(), credentials, request);
  }

  public static boolean accepts(
      RequestSigner signer, Credentials credentials, RecordedRequest request) {
    Headers.Builder headers = new Headers.Builder();
    for (Pair<? extends String, ? extends String> line : request.getHeaders()) {
      if (line.getFirst().equals(":authority")) { // of HTTP/2
        headers.add("Host", line.getSecond());
      } else if (!line.getFirst().startsWith(":")) {
        headers.add(line.getFirst(), line.getSecond());
      }
    }
    return isSigned(
        signer,
        credentials,
        new Request.Builder().url(request.getUrl()).headers(headers.build()).build());
  }

  /** Signs a request again for its date, and compares. */
  public static boolean isSigned(RequestSigner signer, Credentials credentials, Request request) {
    String date = request.header("X-Sdk-Date");
    Instant at = date == null ? Instant.EPOCH : SDK_DATE.parse(date, Instant::from);
    String[] added =
        request.headers().names().stream()
            .filter(name -> name.equals("X-Project-Id") || name.equals("X-Domain-Id"))
            .toArray(String[]::new);
    Request again = signer.sign(request, credentials, at, added);
    return Stream.of("Authorization", "X-Auth-Token", "X-Security-Token")
        .allMatch(name -> Objects.equals(again.header(name), request.header(name)));
  }

  public static void await(CountDownLatch latch) {
    try {
      if (!latch.await(MAX_SECONDS, SECONDS)) {
        throw new AssertionError("left waiting");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static RecordedRequest received(MockWebServer server) throws InterruptedException {
    RecordedRequest request = server.takeRequest(MAX_SECONDS, SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  /** Returns once this number of polls wait for a probe. */
  public static void awaitSuspended(int polls) {
    long end = System.nanoTime() + SECONDS.toNanos(MAX_SECONDS);
    while (Thread.getAllStackTraces().entrySet().stream().filter(Gateway::isSuspended).count()
        != polls) {
      if (System.nanoTime() > end) {
        throw new AssertionError("they do not wait");
      }
      Thread.yield();
    }
  }

  private static boolean isSuspended(Map.Entry<Thread, StackTraceElement[]> thread) {
    String breaker = CredentialBreaker.class.getName();
    return thread.getKey().getState().name().endsWith("WAITING")
        && Stream.of(thread.getValue()).anyMatch(frame -> frame.getClassName().equals(breaker));
  }

  /** Returns once no connection is in use: a cancelled call gives its own back a moment later. */
  static void awaitIdle(ConnectionPool pool) {
    long end = System.nanoTime() + SECONDS.toNanos(MAX_SECONDS);
    while (pool.idleConnectionCount() != pool.connectionCount()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("a connection is left in use");
      }
      Thread.onSpinWait();
    }
  }

  private static final class PromptSockets extends ServerSocketFactory {
    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new ServerSocket() {
        @Override
        public Socket accept() throws IOException {
          Socket accepted = super.accept();
          accepted.setTcpNoDelay(true);
          return accepted;
        }
      };
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException("a MockWebServer binds it itself");
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      return createServerSocket(port);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      return createServerSocket(port);
    }
  }
}
