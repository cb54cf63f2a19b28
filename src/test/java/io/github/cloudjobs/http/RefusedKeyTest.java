package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.JobPollException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A poll whose credentials are refused: what it changes, what it sends again, and its error. */
class RefusedKeyTest {
  private static final Credentials OLD = Credentials.accessKey("AKOLD", SECRET);
  private static final Credentials NEW = Credentials.accessKey("AKNEW", SECRET);
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-05-28T12:00:00Z"), ZoneOffset.UTC);

  @StartStop private final MockWebServer server = Gateway.server();
  private final List<Credentials> refused = new ArrayList<>();
  private Supplier<Credentials> replacement = () -> OLD;

  private JobsClient client() {
    return client(
        new CredentialsProvider() {
          @Override
          public Credentials get() {
            return OLD;
          }

          @Override
          public Credentials refresh(Credentials credentials) {
            refused.add(credentials);
            return replacement.get();
          }
        });
  }

  private JobsClient client(CredentialsProvider provider) {
    return Gateway.client(server).clock(NOON).credentials(provider).build();
  }

  /** A refusal by a gateway whose clock is an hour ahead. */
  private static MockResponse.Builder late() {
    return Gateway.refusal("0301", "verify aksk signature fail")
        .addHeader("Date", "Thu, 28 May 2026 13:00:00 GMT");
  }

  private static void assertRefused(JobsClient client, boolean async) {
    assertThatThrownBy(() -> Gateway.poll(client, async))
        .isInstanceOf(AuthenticationException.class);
  }

  private static void assertFailsOtherwise(JobsClient client) {
    assertThatThrownBy(() -> Gateway.poll(client, false))
        .isInstanceOf(JobsException.class)
        .isNotInstanceOf(AuthenticationException.class);
  }

  private void assertNextIsSignedAt(String date) throws InterruptedException {
    assertThat(Gateway.received(server).getHeaders().get("X-Sdk-Date")).isEqualTo(date);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedKeyIsSentOnce(boolean async) {
    server.enqueue(Gateway.refusal("0301", "ak not exist").build());
    try (JobsClient client = client()) {
      assertThatThrownBy(() -> Gateway.poll(client, async))
          .isInstanceOfSatisfying(
              AuthenticationException.class,
              error -> {
                assertThat(error.statusCode()).isEqualTo(401);
                assertThat(error.errorCode()).isEqualTo("APIGW.0301");
                assertThat(error.serviceMessage()).isEqualTo("ak not exist");
                assertThat(error.requestId()).isEqualTo("r-1");
              })
          .hasMessageEndingWith("check it, and the endpoint's region");
    }
    assertThat(refused).containsExactly(OLD);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aRefusedTokenIsReplacedOnceAndTheAdviceDoesNotNameTheClock() throws Exception {
    Iterator<Credentials> tokens =
        List.of(Credentials.token("old." + TOKEN), Credentials.token("new." + TOKEN)).iterator();
    for (int i = 0; i < 2; i++) {
      server.enqueue(late().body("{\"error_code\":\"APIGW.0307\"}").build());
    }
    try (JobsClient client = client(tokens::next)) {
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> Gateway.poll(client, true))
          .withMessageEndingWith("the token has expired or belongs to another region");
    }
    assertThat(Gateway.received(server).getHeaders().get("X-Auth-Token")).startsWith("old.");
    assertThat(Gateway.received(server).getHeaders().get("X-Auth-Token")).startsWith("new.");
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  // The clock of this machine

  /**
   * A gateway refuses a poll of 12:00 with this Date and message: when the poll is signed for
   * again, if it is, and what the exception says of the clock if that is refused too.
   */
  @ParameterizedTest
  @CsvFileSource(resources = "/responses/clocks.txt", delimiter = '|', nullValues = "-")
  void aWrongClockIsCorrectedByTheGatewaysTime(
      Instant date, String message, String again, String complaint) throws Exception {
    MockResponse.Builder refusal = Gateway.refusal("0301", "calc aksk signature fail:" + message);
    if (date != null) {
      refusal.addHeader("Date", RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC)));
    }
    Gateway.respondBy(server, request -> refusal.build());
    try (JobsClient client = client()) {
      AuthenticationException error =
          catchThrowableOfType(AuthenticationException.class, () -> Gateway.poll(client, false));
      if (complaint == null) {
        assertThat(error).hasMessageNotContaining("this machine's clock is");
      } else {
        assertThat(error.advice())
            .endsWith(
                "this machine's clock is "
                    + complaint
                    + " the gateway's, which takes 15 min at most: set it");
        assertThat(error).hasMessageEndingWith("; " + error.advice());
      }
      assertNextIsSignedAt("20260528T120000Z");
      if (again != null) {
        assertNextIsSignedAt(again + "Z");
      }
      assertThat(server.getRequestCount()).isEqualTo(again == null ? 1 : 2);
      assertThat(client.signedRequest(PROJECT, JOB).header("X-Sdk-Date"))
          .as("a correction that did not help is reverted: a proxy's Date may be wrong")
          .isEqualTo("20260528T120000Z");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWrongClockIsCorrectedAndLoggedOnceForAllSiblings(boolean async) throws Exception {
    server.enqueue(late().build());
    server.enqueue(Gateway.job("RUNNING"));
    server.enqueue(Gateway.job("SUCCESS"));
    List<String> logged = Collections.synchronizedList(new ArrayList<>());
    Logger logger = Logger.getLogger("io.github.cloudjobs");
    logger.setFilter(entry -> !logged.add(entry.getMessage()));
    try (JobsClient client = client();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      Gateway.poll(client, async);
      Gateway.poll(sibling, async);
      assertNextIsSignedAt("20260528T120000Z");
      assertNextIsSignedAt("20260528T130000Z");
      assertNextIsSignedAt("20260528T130000Z");
      assertThat(client.signedRequest(PROJECT, JOB).header("X-Sdk-Date"))
          .isEqualTo("20260528T130000Z");
    } finally {
      logger.setFilter(null);
    }
    assertThat(server.getRequestCount()).isEqualTo(3);
    assertThat(logged)
        .singleElement()
        .asString()
        .endsWith("set it; from now on requests are signed with its time");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 407, 413, 431, 500, 503, 0})
  void afterAProbeThatFailsOtherwiseTheNextPollIsTheProbe(int status) {
    // A connection that is dropped is no stale one only if it is new.
    server.enqueue(late().addHeader("Connection", "close").build());
    server.enqueue(
        status == 0
            ? new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build()
            : Gateway.response(status, "{}").build());
    server.enqueue(Gateway.unknownKey()); // to the next poll, which is the probe
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      assertFailsOtherwise(client);
      assertRefused(client, true);
      assertThat(server.getRequestCount()).isEqualTo(3);
      Gateway.poll(client, true);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 409})
  void afterAResponseFromTheServiceItselfPollsAreSentAtTheSameTimeAgain(int status) {
    server.enqueue(late().build());
    server.enqueue(Gateway.response(status, "{\"code\":\"x\"}").build());
    try (JobsClient client = client()) {
      assertFailsOtherwise(client);
      CountDownLatch both = new CountDownLatch(2);
      Gateway.respondBy(
          server,
          request -> {
            both.countDown();
            Gateway.await(both);
            return Gateway.job("RUNNING");
          });
      CompletableFuture<Job> one = client.pollJobAsync(PROJECT, JOB);
      CompletableFuture<Job> other = client.pollJobAsync(PROJECT, JOB);
      assertThat(Gateway.join(one).jobId()).isEqualTo(Gateway.join(other).jobId());
    }
  }

  @Test
  void aReplacementIsSuspectUntilItIsAccepted() {
    AtomicInteger withNew = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    Gateway.respondBy(
        server,
        request -> {
          if (Gateway.accepts(OLD, request)) {
            return Gateway.unknownKey();
          }
          if (withNew.incrementAndGet() == 1) {
            return Gateway.response(407, "{}").build(); // of a proxy, which checks no signature
          }
          Gateway.await(started);
          return Gateway.unknownKey();
        });
    try (JobsClient client = client(() -> server.getRequestCount() == 0 ? OLD : NEW)) {
      assertFailsOtherwise(client);
      List<CompletableFuture<Job>> polls = Gateway.poll(client, 20);
      started.countDown();
      for (CompletableFuture<Job> poll : polls) {
        assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
      }
    }
    assertThat(withNew.get() - 1).as("bad signatures").isOne();
  }

  @Test
  void whileTheSourceFailsAKeyIsRefusedFiveTimesAtMost() {
    CountDownLatch started = new CountDownLatch(1);
    Gateway.respondBy(
        server,
        request -> {
          if (server.getRequestCount() > 4) {
            Gateway.await(started);
          }
          return Gateway.unknownKey();
        });
    List<Supplier<Credentials>> failing =
        List.of(
            () -> {
              throw new JobsTransportException("away", null);
            },
            () -> {
              throw new IllegalStateException("hush");
            },
            () -> null,
            () -> null);
    List<String> messages = new ArrayList<>();
    try (JobsClient client = client()) {
      for (Supplier<Credentials> each : failing) {
        replacement = each;
        messages.add(catchThrowable(() -> Gateway.poll(client, false)).getMessage());
      }
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        waits.add(client.waitForCompletionAsync(PROJECT, JOB + i));
      }
      started.countDown();
      for (CompletableFuture<Job> wait : waits) {
        assertThatThrownBy(() -> Gateway.join(wait))
            .isInstanceOf(JobPollException.class)
            .hasMessageContaining("HTTP 401")
            .hasMessageContaining("APIGW.0301");
      }
    }
    assertThat(messages)
        .startsWith(
            "away",
            "the credentials provider failed: java.lang.IllegalStateException",
            "the credentials provider returned null");
    assertThat(server.getRequestCount()).isEqualTo(5);
  }
}
