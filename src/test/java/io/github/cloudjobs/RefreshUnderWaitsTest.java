package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamService;
import io.github.cloudjobs.auth.MetadataService;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hundreds of waits share one key, which expires while they wait: over real HTTP to a gateway and
 * to the source of the key, in virtual time.
 */
class RefreshUnderWaitsTest {
  private static final int WAITS = 200;
  private static final int IN_FLIGHT = 64; // as many as a client has by default
  private static final String LATER = "2026-03-05T17:07:08Z";
  private static final String DATE = "Thu, 05 Mar 2026 06:07:08 GMT";

  @StartStop private final MockWebServer gateway = Gateway.server();
  @StartStop private final MockWebServer source = Gateway.server();
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-03-05T06:07:08Z"));
  private final List<CompletableFuture<Job>> waits = new ArrayList<>();
  private final CountDownLatch allAnswered = new CountDownLatch(WAITS);
  private final CountDownLatch inFlight = new CountDownLatch(IN_FLIGHT);
  private final AtomicInteger refused = new AtomicInteger(); // requests with the dead key
  private final AtomicInteger fresh = new AtomicInteger(); // requests with the new one
  private volatile Credentials dead = Credentials.token("none");
  private volatile boolean takesTheNewOne = true;
  private volatile boolean proven;
  private JobsClient client;

  @BeforeEach
  void serve() {
    Gateway.respondBy(gateway, this::respond);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private MockResponse respond(RecordedRequest request) {
    if (gateway.getRequestCount() <= WAITS) {
      return Gateway.job("RUNNING");
    }
    if (Gateway.accepts(dead, request)) {
      refused.incrementAndGet();
      inFlight.countDown();
      Gateway.await(inFlight);
      return Gateway.refusal("0307", "The token must be updated").build();
    }
    int before = fresh.getAndIncrement();
    if (!proven) {
      assertThat(before).as("probes at the same time").isZero();
      Gateway.awaitSuspended(IN_FLIGHT - 1);
      proven = true;
    }
    return takesTheNewOne ? Gateway.job("SUCCESS") : Gateway.unknownKey();
  }

  /** Begins all waits; after an hour all poll at once, as many as may be in flight. */
  private void pollAllWith(CredentialsProvider provider, Credentials dying) {
    client =
        Gateway.client(gateway)
            .credentials(provider)
            .maxPollsInFlight(IN_FLIGHT)
            .quota(1e9) // none
            .clock(time.clock())
            .build();
    JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(gateway));
    WaitOptions hourly =
        WaitOptions.builder()
            .schedule(PollSchedule.fixed(Duration.ofHours(1)))
            .timeout(Duration.ofDays(1))
            .addListener(progress -> allAnswered.countDown())
            .build();
    for (int i = 0; i < WAITS; i++) {
      JobsClient each = i % 2 == 0 ? client : sibling;
      waits.add(each.waitForCompletionAsync(Gateway.PROJECT, "job-" + i, hourly));
    }
    Gateway.await(allAnswered);
    assertThat(gateway.getRequestCount()).isEqualTo(WAITS);
    dead = dying;
    time.advance(Duration.ofHours(1));
    goOnUntil(() -> inFlight.getCount() == 0);
  }

  /** Starts the polls that are due; some waits may still be processing their last response. */
  private void goOnUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + Gateway.MAX_SECONDS * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      time.advance(Duration.ZERO);
      Thread.yield();
    }
  }

  /** All succeed, or end with a text. */
  private void assertEnds(String refusal) {
    goOnUntil(() -> waits.stream().allMatch(CompletableFuture::isDone));
    for (CompletableFuture<Job> wait : waits) {
      if (refusal == null) {
        assertThat(Gateway.join(wait).jobId()).isEqualTo(Gateway.JOB);
      } else {
        assertThatThrownBy(() -> Gateway.join(wait))
            .isInstanceOf(JobPollException.class)
            .hasCauseInstanceOf(AuthenticationException.class)
            .hasMessageContaining(refusal);
      }
    }
    assertThat(refused).hasValue(IN_FLIGHT);
  }

  /** Its successor is probed once, if there is one. */
  @ParameterizedTest
  @CsvSource({"AK2, true, ", "AK2, false, ak not exist", "AK1, true, The token must be updated"})
  void anExpiredKeyIsFetchedOnceMore(String next, boolean accepted, String refusal) {
    takesTheNewOne = accepted;
    MetadataService metadata = MetadataService.on(source);
    metadata.rotate("AK1", LATER, DATE);
    CredentialsProvider provider = MetadataService.provider(source, time.clock());
    provider.get();
    metadata.rotate(next, LATER, DATE);
    pollAllWith(provider, MetadataService.key("AK1"));
    assertEnds(refusal);
    assertThat(fresh).hasValue(refusal == null ? WAITS : next.equals("AK2") ? 1 : 0);
    assertThat(metadata.methods).containsExactly("PUT", "GET", "PUT", "GET");
  }

  @ParameterizedTest
  @CsvSource({"true, ", "false, /v3/auth/tokens"})
  void anExpiredTokenIsReplacedByOneLogin(boolean mayLogIn, String refusal) {
    IamService iam = IamService.on(source);
    CredentialsProvider provider = IamService.provider(source, time.clock());
    provider.get();
    iam.respondWith(mayLogIn ? null : Gateway.refusal("0301", "wrong").build());
    pollAllWith(provider, IamService.token(1));
    assertEnds(refusal);
    assertThat(fresh).hasValue(mayLogIn ? WAITS : 0);
    assertThat(iam.logins).hasSize(2);
  }
}
