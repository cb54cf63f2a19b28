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
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitProgress;
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
import org.junit.jupiter.api.Test;

/**
 * Hundreds of waits share one key, which expires while they wait: over real HTTP to a gateway and
 * to the source of the key, in virtual time.
 */
class RefreshUnderWaitsTest implements WaitListener {
  private static final int WAITS = 400;
  private static final int IN_FLIGHT = 64; // as many as a client has by default
  private static final Instant START = Instant.parse("2026-03-05T06:07:08Z");
  private static final String LATER = "2026-03-05T17:07:08Z";
  private static final String DATE = "Thu, 05 Mar 2026 06:07:08 GMT";

  @StartStop private final MockWebServer gateway = Gateway.server();
  @StartStop private final MockWebServer source = new MockWebServer();

  private final VirtualTime time = new VirtualTime(START);
  private final AtomicInteger refused = new AtomicInteger(); // requests with the dead key
  private final AtomicInteger probes =
      new AtomicInteger(); // with the new one, while it is unproven
  private final AtomicInteger fresh = new AtomicInteger(); // with the new one at all
  private final CountDownLatch inFlight = new CountDownLatch(IN_FLIGHT);
  private final List<CompletableFuture<Job>> waits = new ArrayList<>();
  private final CountDownLatch allAnswered = new CountDownLatch(WAITS);
  private final AtomicInteger lost = new AtomicInteger();
  private volatile Credentials dead = Credentials.token("none");
  private volatile boolean takesTheNewOne = true;
  private volatile boolean proven;
  private JobsClient client;

  @AfterEach
  void close() {
    client.close();
  }

  @Override
  public void onProgress(WaitProgress progress) {
    allAnswered.countDown();
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    lost.incrementAndGet();
  }

  private void begin(CredentialsProvider provider) throws InterruptedException {
    Gateway.answerBy(gateway, this::answer);
    client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(Gateway.endpoint(gateway))
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
            .addListener(this)
            .build();
    for (int i = 0; i < WAITS; i++) {
      JobsClient each = i % 2 == 0 ? client : sibling;
      waits.add(each.waitForCompletionAsync(Gateway.PROJECT, "job-" + i, hourly));
    }
    Gateway.await(allAnswered);
    assertThat(gateway.getRequestCount()).isEqualTo(WAITS);
  }

  private MetadataService beginWithMetadata() throws InterruptedException {
    MetadataService metadata = MetadataService.on(source);
    metadata.rotate("AKMETADATA1", LATER, DATE);
    begin(MetadataService.provider(source, time.clock()));
    return metadata;
  }

  private IamService beginWithIam() throws InterruptedException {
    IamService iam = IamService.on(source);
    begin(IamService.provider(source, time.clock()));
    return iam;
  }

  /** After an hour all poll at once, as many with the dead key as may be in flight. */
  private void pollAllWith(Credentials died) {
    dead = died;
    time.advance(Duration.ofHours(1));
    goOnUntil(() -> inFlight.getCount() == 0);
  }

  private void awaitAll() {
    goOnUntil(() -> waits.stream().allMatch(CompletableFuture::isDone));
  }

  /** Starts the polls that are due; some waits may still be processing their last response. */
  private void goOnUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + Gateway.PATIENCE * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      time.advance(Duration.ZERO);
      Thread.yield();
    }
  }

  private MockResponse answer(RecordedRequest request) {
    if (gateway.getRequestCount() <= WAITS) {
      return Gateway.job("RUNNING");
    }
    if (Gateway.accepts(dead, request)) {
      refused.incrementAndGet();
      inFlight.countDown();
      Gateway.await(inFlight);
      return Gateway.refusal("0307", "The token must be updated").build();
    }
    fresh.incrementAndGet();
    if (!proven) {
      probes.incrementAndGet();
      Gateway.awaitSuspended(IN_FLIGHT - 1);
      proven = true;
    }
    return takesTheNewOne ? Gateway.job("SUCCESS") : Gateway.unknownKey();
  }

  private void assertAllEndRefused(String text) {
    awaitAll();
    for (CompletableFuture<Job> wait : waits) {
      assertThatThrownBy(() -> Gateway.join(wait))
          .isInstanceOf(JobPollException.class)
          .hasCauseInstanceOf(AuthenticationException.class)
          .hasMessageContaining(text);
    }
    assertThat(refused).hasValue(IN_FLIGHT);
  }

  private void assertAllSucceed() {
    awaitAll();
    waits.forEach(wait -> assertThat(Gateway.join(wait).jobId()).isEqualTo(Gateway.JOB));
    assertThat(refused).hasValue(IN_FLIGHT);
    assertThat(probes).hasValue(1);
    assertThat(fresh).hasValue(WAITS);
  }

  @Test
  void aRotatedKeyIsFetchedOnceProbedOnceAndEveryWaitGoesOn() throws Exception {
    MetadataService metadata = beginWithMetadata();
    metadata.rotate("AKMETADATA2", LATER, DATE);
    pollAllWith(MetadataService.key("AKMETADATA1"));
    assertAllSucceed();
    assertThat(metadata.asked).containsExactly("PUT", "GET", "PUT", "GET");
  }

  @Test
  void aRevokedKeyIsAskedForOnceMoreAndEveryWaitEndsWithoutAProbe() throws Exception {
    MetadataService metadata = beginWithMetadata();
    pollAllWith(MetadataService.key("AKMETADATA1"));
    assertAllEndRefused("The token must be updated");
    assertThat(fresh).hasValue(0);
    assertThat(metadata.asked).containsExactly("PUT", "GET", "PUT", "GET");
  }

  @Test
  void aKeyWhoseSuccessorIsRefusedTooEndsEveryWaitAfterOneProbe() throws Exception {
    takesTheNewOne = false;
    MetadataService metadata = beginWithMetadata();
    metadata.rotate("AKMETADATA2", LATER, DATE);
    pollAllWith(MetadataService.key("AKMETADATA1"));
    assertAllEndRefused("ak not exist");
    assertThat(fresh).hasValue(1);
    assertThat(metadata.asked).containsExactly("PUT", "GET", "PUT", "GET");
  }

  @Test
  void aTokenThatDiedIsReplacedByOneLoginAndEveryWaitGoesOn() throws Exception {
    IamService iam = beginWithIam();
    pollAllWith(IamService.token(1));
    assertAllSucceed();
    assertThat(iam.logins).hasSize(2);
  }

  @Test
  void aUserWhoMayNotLogInAnyMoreEndsEveryWaitAfterOneLogin() throws Exception {
    IamService iam = beginWithIam();
    iam.answer(Gateway.refusal("0301", "wrong").build());
    pollAllWith(IamService.token(1));
    assertAllEndRefused("from POST " + IamService.endpoint(source) + "/v3/auth/tokens");
    assertThat(fresh).hasValue(0);
    assertThat(iam.logins).hasSize(2);
  }

  @Test
  void whileTheSourceIsAwayTheDeadKeyIsNotSentAgainAndTheWaitsGoOn() throws Exception {
    IamService iam = beginWithIam();
    iam.answer(Gateway.answer(502, "<html>").build());
    pollAllWith(IamService.token(1));
    goOnUntil(() -> lost.get() == WAITS);
    assertThat(fresh).hasValue(0);
    assertThat(iam.logins.size()).isLessThanOrEqualTo(1 + IN_FLIGHT);
    iam.answer(null);
    proven = true; // no probe is held
    time.advance(Duration.ofHours(1));
    awaitAll();
    waits.forEach(wait -> assertThat(Gateway.join(wait).jobId()).isEqualTo(Gateway.JOB));
    assertThat(refused).hasValue(IN_FLIGHT);
  }
}
