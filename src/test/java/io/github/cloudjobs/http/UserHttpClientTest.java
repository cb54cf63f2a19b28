package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.Authenticator;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserHttpClientTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  private JobsClient on(OkHttpClient.Builder own) {
    return Gateway.client(server).httpClient(own.build()).build();
  }

  @Test
  void itsConnectionsAreUsedAndItIsNotChanged() throws Exception {
    OkHttpClient own = new OkHttpClient.Builder().connectTimeout(Duration.ofSeconds(3)).build();
    Dispatcher dispatcher = own.dispatcher();
    server.enqueue(new MockResponse.Builder().body("x").build());
    server.enqueue(Gateway.job("RUNNING"));
    Request before = new Request.Builder().url(Gateway.endpoint(server)).build();
    try (Response response = own.newCall(before).execute()) {
      assertThat(response.body().string()).isEqualTo("x");
    }
    Gateway.pollOnce(Gateway.client(server).httpClient(own).maxPollsInFlight(7));
    int connection = Gateway.received(server).getConnectionIndex();
    assertThat(Gateway.received(server).getConnectionIndex()).isEqualTo(connection);
    assertThat(own.dispatcher()).isSameAs(dispatcher);
    assertThat(dispatcher.getMaxRequests()).isEqualTo(64);
    assertThat(dispatcher.getMaxRequestsPerHost()).isEqualTo(5);
    assertThat(own.followRedirects()).isTrue();
    assertThat(own.followSslRedirects()).isTrue();
    assertThat(own.interceptors()).isEmpty();
    assertThat(own.networkInterceptors()).isEmpty();
    assertThat(own.connectTimeoutMillis()).isEqualTo(3_000);
    assertThat(own.connectionPool().connectionCount()).isEqualTo(1);
    assertThat(dispatcher.executorService().isShutdown()).isFalse();
    own.connectionPool().evictAll();
  }

  @ParameterizedTest
  @CsvSource({"407, false", "408, true", "421, false", "503, true"})
  void itsInterceptorsSeeTheSignedRequestAndTheTrueStatus(int status, boolean async)
      throws Exception {
    List<Integer> seen = new ArrayList<>();
    server.enqueue(Gateway.response(status, "{}").addHeader("Retry-After", "0").build());
    OkHttpClient.Builder own =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Response response =
                      chain.proceed(chain.request().newBuilder().header("X-Mine", "1").build());
                  seen.add(response.code());
                  assertThat(response.headers().names())
                      .noneMatch(name -> name.startsWith("Jobs-"));
                  return response;
                })
            .addNetworkInterceptor(
                chain -> {
                  assertThat(chain.request().header("Authorization")).isNotNull();
                  Response response = chain.proceed(chain.request());
                  seen.add(response.code());
                  return response;
                });
    try (JobsClient client = on(own)) {
      assertThatThrownBy(() -> Gateway.poll(client, async))
          .isInstanceOfSatisfying(
              JobsServiceException.class,
              error -> assertThat(error.statusCode()).isEqualTo(status));
    }
    RecordedRequest received = Gateway.received(server);
    assertThat(received.getHeaders().get("X-Mine")).isEqualTo("1");
    assertThat(Gateway.accepts(Gateway.KEY, received)).isTrue();
    assertThat(seen).containsExactly(status, status);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void itsAuthenticatorsCookiesAndCacheAreNotUsed(@TempDir Path folder) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Authenticator counting =
        (route, response) -> {
          calls.incrementAndGet();
          return response.request();
        };
    CookieJar cookies =
        new CookieJar() {
          @Override
          public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
            calls.incrementAndGet();
          }

          @Override
          public List<Cookie> loadForRequest(HttpUrl url) {
            return List.of(new Cookie.Builder().domain(url.host()).name("a").value("b").build());
          }
        };
    try (Cache cache = new Cache(folder.resolve("http").toFile(), 1 << 20);
        JobsClient client =
            on(
                new OkHttpClient.Builder()
                    .authenticator(counting)
                    .proxyAuthenticator(counting)
                    .cookieJar(cookies)
                    .cache(cache))) {
      for (int status : new int[] {401, 407, 200, 200}) {
        server.enqueue(
            Gateway.response(status, "{\"job_id\":\"1\"}")
                .addHeader("Cache-Control", "max-age=3600")
                .addHeader("Set-Cookie", "c=d")
                .build());
        Throwable thrown = catchThrowable(() -> client.pollJob(PROJECT, JOB));
        assertThat(thrown == null).isEqualTo(status == 200);
        assertThat(Gateway.received(server).getHeaders().get("Cookie")).isNull();
      }
      assertThat(cache.requestCount()).isZero();
    }
    assertThat(calls).hasValue(0);
    assertThat(server.getRequestCount()).isEqualTo(4);
  }

  @Test
  void anExceptionWrappedByItsInterceptorsIsUnwrapped() {
    server.enqueue(Gateway.unknownKey());
    Interceptor catching =
        chain -> {
          try {
            return chain.proceed(chain.request());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    try (JobsClient client = on(new OkHttpClient.Builder().addInterceptor(catching))) {
      assertThatThrownBy(() -> client.pollJob(PROJECT, JOB))
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCloneOfACallIsSignedWhileThePollIsInFlight(boolean inFlight) throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    List<Call> clones = new ArrayList<>();
    Interceptor sendsAnother =
        chain -> {
          if (clones.isEmpty()) {
            clones.add(chain.call().clone());
            if (inFlight) {
              return clones.get(0).execute();
            }
          }
          return chain.proceed(chain.request());
        };
    try (JobsClient client = on(new OkHttpClient.Builder().addInterceptor(sendsAnother))) {
      assertThat(client.pollJob(PROJECT, JOB).jobId()).isEqualTo(JOB);
      assertThat(Gateway.accepts(Gateway.KEY, Gateway.received(server))).isTrue();
      if (!inFlight) {
        assertThatThrownBy(clones.get(0)::execute)
            .isInstanceOf(IOException.class)
            .hasMessage("the call is a clone of one that has ended");
      }
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  /** As of one that sends a second request if the first is slow. */
  @Test
  void asManyClonesAreSentAtOnceAsPolls() {
    CountDownLatch arrived = new CountDownLatch(10);
    Gateway.respondBy(
        server,
        request -> {
          arrived.countDown();
          Gateway.await(arrived);
          return Gateway.job("RUNNING");
        });
    Set<Call> clones = ConcurrentHashMap.newKeySet();
    Interceptor enqueues =
        chain -> {
          if (clones.contains(chain.call())) {
            return chain.proceed(chain.request());
          }
          CompletableFuture<Response> received = new CompletableFuture<>();
          Call clone = chain.call().clone();
          clones.add(clone);
          clone.enqueue(
              new Callback() {
                @Override
                public void onResponse(Call call, Response response) {
                  received.complete(response);
                }

                @Override
                public void onFailure(Call call, IOException e) {
                  received.completeExceptionally(e);
                }
              });
          return Gateway.join(received);
        };
    try (JobsClient client = on(new OkHttpClient.Builder().addInterceptor(enqueues))) {
      Gateway.poll(client, 10).forEach(Gateway::join);
    }
  }

  /** Polls once, and returns what an interceptor sees: timeouts of call, connect and read in ms. */
  private List<Integer> timeouts(JobsClient.Builder builder, OkHttpClient.Builder own) {
    List<Integer> millis = new ArrayList<>();
    own.addInterceptor(
        chain -> {
          millis.add((int) NANOSECONDS.toMillis(chain.call().timeout().timeoutNanos()));
          millis.add(chain.connectTimeoutMillis());
          millis.add(chain.readTimeoutMillis());
          return chain.proceed(chain.request());
        });
    server.enqueue(Gateway.job("RUNNING"));
    Gateway.pollOnce(builder.httpClient(own.build()));
    return millis;
  }

  @Test
  void itsTimeoutsOfCallAndConnectAreUsedUnlessTheBuilderSetsThem() {
    OkHttpClient.Builder own = new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(40));
    JobsClient.Builder builder = Gateway.client(server);
    assertThat(timeouts(builder, own)).startsWith(40_000, own.build().connectTimeoutMillis());
    builder.callTimeout(Duration.ofSeconds(50)).connectTimeout(Duration.ofMillis(700));
    assertThat(timeouts(builder, own)).startsWith(50_000, 700);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 2000", // never times out
    "4000, 0, 2000", // not before the call
    "3900, 0, 3900",
    "0, 2000, 0", // two pings in the time of a call
    "0, 2001, 2000",
  })
  void itGetsAReadTimeoutOfHalfTheCallTimeoutUnlessItNoticesDeadConnections(
      int read, int ping, int expected) {
    OkHttpClient.Builder own =
        new OkHttpClient.Builder()
            .callTimeout(Duration.ofSeconds(4))
            .readTimeout(Duration.ofMillis(read))
            .pingInterval(Duration.ofMillis(ping));
    assertThat(timeouts(Gateway.client(server), own)).endsWith(expected);
  }
}
