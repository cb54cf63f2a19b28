package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials that one endpoint, or one project, refuses while others accept them. */
class RefusedElsewhereTest {

  private static final String OTHER_PROJECT = "9f8e7d";
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private static final WaitOptions OPTIONS =
      WaitOptions.builder()
          .schedule(PollSchedule.fixed(PAUSE))
          .timeout(Duration.ofHours(1))
          .build();

  @StartStop private final MockWebServer here = Gateway.server();
  @StartStop private final MockWebServer there = Gateway.server();
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-05-28T12:00:00Z"));
  private final Set<String> refusing = ConcurrentHashMap.newKeySet(); // ports, or projects
  private final AtomicInteger refused = new AtomicInteger(); // requests
  private volatile String status = "RUNNING";
  private volatile MockResponse refusal = Gateway.unknownKey();

  private JobsClient.Builder client() {
    Gateway.respondBy(here, this::respond);
    Gateway.respondBy(there, this::respond);
    return Gateway.client(here).clock(time.clock());
  }

  private MockResponse respond(RecordedRequest request) {
    String url = request.getUrl().toString();
    if (refusing.stream().anyMatch(url::contains)) {
      refused.incrementAndGet();
      return refusal;
    }
    return Gateway.job(status);
  }

  private void refuseAt(MockWebServer server) {
    refusing.add(":" + server.getPort() + "/");
  }

  /** Begins a wait, and returns once it has had a good response. */
  private CompletableFuture<Job> beginWell(JobsClient client, String project, String job)
      throws InterruptedException {
    CompletableFuture<Void> polled = new CompletableFuture<>();
    WaitOptions options =
        OPTIONS.toBuilder().addListener(progress -> polled.complete(null)).build();
    CompletableFuture<Job> wait = client.waitForCompletionAsync(new JobRef(project, job), options);
    time.await(polled);
    return wait;
  }

  private void assertRefused(CompletableFuture<Job> wait, String own) throws InterruptedException {
    time.await(wait);
    Throwable error = catchThrowable(() -> Gateway.join(wait));
    assertThat(error)
        .isInstanceOf(JobPollException.class)
        .hasCauseInstanceOf(AuthenticationException.class)
        .hasMessageContaining(own);
    assertThat(error.getMessage()).containsOnlyOnce("/jobs/");
  }

  private static void assertPollRefused(CompletableFuture<Job> poll, String own) {
    assertThat(catchThrowable(() -> Gateway.join(poll)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(own);
  }

  /** IAM hands out tokens without end. */
  private CredentialsProvider tokens() {
    AtomicInteger logins = new AtomicInteger();
    return new CredentialsProvider() {
      @Override
      public Credentials get() {
        return Credentials.token("token-number-" + logins.get());
      }

      @Override
      public Credentials refresh(Credentials refused) {
        logins.incrementAndGet();
        return get();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "key, another endpoint, false",
    "key, another project, true",
    "token, another project, false"
  })
  void credentialsRefusedElsewhereEndAWaitOnlyAtTheirEndpointAndOfATokenForTheirProject(
      String kind, String where, boolean ends) throws Exception {
    boolean isEndpoint = where.equals("another endpoint");
    String project = isEndpoint ? PROJECT : OTHER_PROJECT;
    MockWebServer server = isEndpoint ? there : here;
    JobsClient.Builder builder = client();
    if (kind.equals("token")) {
      refusal = Gateway.refusal("0307", "The token must be updated").build();
      builder.credentials(tokens());
    }
    try (JobsClient client = builder.build();
        JobsClient other = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      CompletableFuture<Job> good = beginWell(client, PROJECT, "good");
      CompletableFuture<Job> bad = beginWell(other, project, "bad");
      refusing.add(isEndpoint ? ":" + there.getPort() + "/" : OTHER_PROJECT);
      assertRefused(bad, Gateway.endpoint(server) + "/v1/" + project + "/jobs/bad");
      if (ends) {
        assertRefused(good, "/v1/" + PROJECT + "/jobs/good");
      } else {
        assertThat(good).isNotDone();
        status = "SUCCESS";
        time.await(good);
        assertThat(Gateway.join(good).jobId()).isEqualTo(Gateway.JOB);
      }
    }
    assertThat(refused).hasValue(kind.equals("token") ? 2 : 1);
  }

  @Test
  void aKeyThatNoEndpointEverAcceptedEndsEveryWait() throws Exception {
    List<Credentials> current = new ArrayList<>(List.of(KEY));
    try (JobsClient client = client().credentials(() -> current.get(0)).build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(there))) {
      CompletableFuture<Job> good = beginWell(client, PROJECT, "good");
      time.advance(Duration.ofSeconds(1));
      CompletableFuture<Job> bad = beginWell(sibling, PROJECT, "bad");
      current.set(0, Credentials.accessKey("AKWRONG0000000000001", SECRET));
      refuseAt(here);
      refuseAt(there);
      assertRefused(good, Gateway.endpoint(here) + "/v1/" + PROJECT + "/jobs/good");
      assertRefused(bad, Gateway.endpoint(there) + "/v1/" + PROJECT + "/jobs/bad");
    }
    assertThat(refused).hasValue(1);
  }

  private static CredentialsProvider replaced(Credentials replacement) {
    return new CredentialsProvider() {
      @Override
      public Credentials get() {
        return KEY;
      }

      @Override
      public Credentials refresh(Credentials refused) {
        return replacement;
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"false, false, 5", "true, false, 5", "false, true, 10"})
  void aRevokedKeyUsedAtManyEndpointsIsSentAtMostFiveTimes(
      boolean clockOff, boolean hasReplacement, int requests) throws Exception {
    Credentials replacement = hasReplacement ? Credentials.accessKey("AKOTHER", SECRET) : KEY;
    try (JobsClient client = client().credentials(replaced(replacement)).build()) {
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 7; i++) { // each base path is an endpoint of its own
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(here) + "/base-" + i);
        waits.add(beginWell(sibling, PROJECT, "job-" + i));
        time.advance(Duration.ofMillis(100)); // never two in flight
      }
      refusal = clockOff ? Gateway.clockOff() : Gateway.unknownKey();
      refuseAt(here);
      for (int i = 0; i < waits.size(); i++) {
        assertRefused(waits.get(i), "/base-" + i + "/v1/" + PROJECT + "/jobs/job-" + i);
      }
    }
    assertThat(refused).hasValue(requests);
  }

  @Test
  void aKeyWhoseReplacementIsAcceptedEachTimeIsSentAtMostFiveTimes() throws Exception {
    Credentials good = Credentials.accessKey("AKGOOD", SECRET);
    JobsClient.Builder builder = client().credentials(replaced(good));
    AtomicInteger polls = new AtomicInteger();
    Gateway.respondBy(
        here,
        request -> {
          if (Gateway.accepts(good, request)) {
            return Gateway.job(polls.incrementAndGet() == 10 ? "SUCCESS" : "RUNNING");
          }
          refused.incrementAndGet();
          return refusal;
        });
    try (JobsClient client = builder.build()) {
      CompletableFuture<Job> wait = beginWell(client, PROJECT, "job");
      time.await(wait);
      assertThat(Gateway.join(wait).jobId()).isEqualTo(Gateway.JOB);
    }
    assertThat(refused).hasValue(5);
  }

  @Test
  void whereAKeyIsRejectedOnePollAtATimeTriesAgain() {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger received = new AtomicInteger(); // at the endpoint that refuses
    try (JobsClient client = client().build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(there))) {
      Gateway.respondBy(
          there,
          request -> {
            if (received.incrementAndGet() == 2) {
              arrived.countDown();
              Gateway.await(released);
            }
            return Gateway.unknownKey();
          });
      Gateway.poll(client, false);
      assertThat(catchThrowable(() -> Gateway.poll(sibling, false)))
          .isInstanceOf(AuthenticationException.class);
      Gateway.poll(client, false); // which shows that the key is good here
      List<CompletableFuture<Job>> polls = Gateway.poll(sibling, 1);
      Gateway.await(arrived);
      polls.addAll(Gateway.poll(sibling, 10));
      Gateway.awaitSuspended(10);
      assertThat(Gateway.poll(client, true).jobId()).isEqualTo(Gateway.JOB);
      released.countDown();
      polls.forEach(poll -> assertPollRefused(poll, Gateway.endpoint(there)));
    }
    assertThat(received).hasValue(2);
  }
}
