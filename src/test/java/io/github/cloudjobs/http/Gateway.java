package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignableRequest;
import io.github.cloudjobs.model.Job;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.ConnectionPool;
import okhttp3.Headers;

/** What a gateway does, for a MockWebServer to do: look at a signature, and answer. */
public final class Gateway {
  public static final String PROJECT = "0a1b2c";
  public static final String JOB = "ff80808";
  public static final String SECRET = "sEcReT-kEy/+of=the=tests";
  public static final String TOKEN = "MIIFtoken/of+the=tests";
  public static final Credentials KEY = Credentials.accessKey("AKOFTHETESTS00000001", SECRET);

  /** Bounds every wait of a test for another thread. */
  public static final long PATIENCE = 20;

  private Gateway() {}

  public static String endpoint(MockWebServer server) {
    return "http://127.0.0.1:" + server.getPort();
  }

  public static JobsClient.Builder client(MockWebServer server) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(endpoint(server))
        .credentials(KEY);
  }

  /** Polls by either of the twins; what the future ends in is thrown as the other throws it. */
  public static Job poll(JobsClient client, boolean async) {
    return async ? join(client.pollJobAsync(PROJECT, JOB)) : client.pollJob(PROJECT, JOB);
  }

  /** Returns what a future completes with, or throws it. */
  public static <T> T join(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE, SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException error) {
        throw error;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("left waiting", e);
    }
  }

  public static MockResponse.Builder answer(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .addHeader("Content-Type", "application/json")
        .body(body);
  }

  public static MockResponse job(String status) {
    return answer(200, "{\"job_id\":\"" + JOB + "\",\"status\":\"" + status + "\"}").build();
  }

  public static MockResponse.Builder refusal(String number, String message) {
    return answer(
        401,
        "{\"error_msg\":\"%s\",\"error_code\":\"APIGW.%s\",\"request_id\":\"r-1\"}"
            .formatted(message, number));
  }

  public static MockResponse unknownKey() {
    return refusal("0301", "Incorrect IAM authentication information: ak not exist").build();
  }

  public static void answerBy(
      MockWebServer server, Function<RecordedRequest, MockResponse> gateway) {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return gateway.apply(request);
          }
        });
  }

  /** Tells whether a request is signed with these credentials, whatever its date. */
  public static boolean accepts(Credentials credentials, RecordedRequest request) {
    return RequestSigner.standard().verifies(arrived(request), credentials);
  }

  public static SignableRequest arrived(RecordedRequest request) {
    Headers headers = request.getHeaders();
    List<Map.Entry<String, String>> lines = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.name(i).startsWith(":")) { // as HTTP/2 writes the request line
        lines.add(Map.entry(headers.name(i), headers.value(i)));
      }
    }
    String host = headers.get("Host") == null ? headers.get(":authority") : headers.get("Host");
    String path = URLDecoder.decode(request.getTarget().replace("+", "%2B"), UTF_8);
    return SignableRequest.get(String.valueOf(host), path).withHeaders(lines);
  }

  public static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE, SECONDS)) {
        throw new AssertionError("left waiting");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static RecordedRequest received(MockWebServer server) throws InterruptedException {
    RecordedRequest request = server.takeRequest(PATIENCE, SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  /** Returns once no connection is in use: a cancelled call gives its own back a moment later. */
  static void awaitIdle(ConnectionPool pool) {
    long end = System.nanoTime() + SECONDS.toNanos(PATIENCE);
    while (pool.idleConnectionCount() != pool.connectionCount()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("a connection is left in use");
      }
      Thread.onSpinWait();
    }
  }
}
