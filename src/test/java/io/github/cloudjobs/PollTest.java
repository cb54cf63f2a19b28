package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls that belong to no wait: those that block their caller, and those that do not. */
@Timeout(60)
class PollTest {
  private static final JobRef REF = new JobRef(PROJECT, JOB);

  @StartStop private final MockWebServer server = Gateway.server();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .eventListener(
              new EventListener() {
                @Override
                public void callFailed(Call call, IOException e) {
                  cancelled.countDown();
                }
              })
          .build();

  @AfterEach
  void giveBackConnections() {
    http.connectionPool().evictAll();
  }

  /** Responds at once about all jobs but one. */
  private void hold(String heldJob) {
    Gateway.respondBy(
        server,
        request -> {
          if (request.getTarget().endsWith(heldJob)) {
            arrived.countDown();
            Gateway.await(released);
          }
          return Gateway.job("SUCCESS");
        });
  }

  private void stall(String where) {
    SocketEffect stall = SocketEffect.Stall.INSTANCE;
    MockResponse.Builder stalled = new MockResponse.Builder().body(" ".repeat(10_000));
    Gateway.respondBy(
        server,
        request -> {
          arrived.countDown();
          return (where.equals("head")
                  ? stalled.onResponseStart(stall)
                  : stalled.onResponseBody(stall))
              .build();
        });
  }

  // Blocking

  /** Calls with the flag set, or interrupts once the request has arrived; the flag is kept. */
  private void assertInterrupted(boolean before, Consumer<JobsClient> call) {
    Duration longerThanTheTest = Duration.ofMinutes(5);
    try (JobsClient client =
        Gateway.client(server).httpClient(http).callTimeout(longerThanTheTest).build()) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                if (before) {
                  Thread.currentThread().interrupt();
                }
                thrown.complete(catchThrowable(() -> call.accept(client)));
                flag.complete(Thread.currentThread().isInterrupted());
              });
      caller.start();
      if (!before) {
        Gateway.await(arrived);
        caller.interrupt();
      }
      assertThat(Gateway.join(thrown))
          .isExactlyInstanceOf(JobsTransportException.class)
          .hasMessageEndingWith("the thread was interrupted");
      assertThat(Gateway.join(flag)).isTrue();
      if (before) {
        assertThat(server.getRequestCount()).isZero();
      } else {
        Gateway.await(cancelled); // before the client is closed
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "body"})
  void anInterruptCancelsABlockedPollAtOnce(String where) {
    stall(where);
    assertInterrupted(true, client -> client.pollJob(REF));
    assertInterrupted(false, client -> client.pollJob(REF));
  }

  @Test
  void anInterruptCancelsABlockedStepOfAKeptWaitAtOnceAndCostsTheWaitNothing() {
    stall("head");
    WaitOptions options = WaitOptions.builder().errorBudget(Duration.ZERO).build();
    try (JobsClient client = Gateway.client(server).build()) {
      WaitToken token = client.newToken(REF, options);
      assertInterrupted(true, interrupted -> interrupted.pollOnce(token));
      assertInterrupted(false, interrupted -> interrupted.pollOnce(token));
      hold("none");
      assertThat(client.pollOnce(token)).isInstanceOf(PollStep.Done.class);
    }
  }

  @Test
  void theStackTraceOfAFailedPollShowsItsCaller() {
    Gateway.respondBy(server, request -> Gateway.response(500, "{}").build());
    Throwable error = Gateway.failure(Gateway.client(server));
    assertThat(error).isInstanceOf(JobsServiceException.class);
    assertThat(error.getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("pollJob", "theStackTraceOfAFailedPollShowsItsCaller");
  }

  @Test
  void anErrorThatIsThrownAgainKeepsOneStackTrace() {
    JobsServiceException same = new JobsServiceException("no", 500, null, null, null, null);
    JobsClient.Builder failing =
        Gateway.client(server)
            .credentials(
                () -> {
                  throw same;
                });
    assertThat(Gateway.failure(failing)).isSameAs(same);
    int frames = same.getStackTrace().length;
    assertThat(Gateway.failure(failing)).isSameAs(same);
    assertThat(same.getStackTrace()).hasSize(frames);
  }

  // Asynchronous

  @Test
  void theQuotaDoesNotDelayAsynchronousPolls() {
    hold("none");
    try (JobsClient client = Gateway.client(server).quota(0.01).build()) {
      List<CompletableFuture<Job>> polls =
          Stream.generate(() -> client.pollJobAsync(REF)).limit(30).toList();
      assertThat(polls).allMatch(poll -> Gateway.join(poll).status().isFinished());
    }
  }

  @Test
  void aQueuedPollThatIsCancelledIsNeverSentAndTheOthersGoOn() {
    hold("held");
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      CompletableFuture<Job> held = client.pollJobAsync(PROJECT, "held");
      Gateway.await(arrived);
      CompletableFuture<Job> queued = client.pollJobAsync(PROJECT, "queued");
      CompletableFuture<Job> wait = client.waitForCompletionAsync(PROJECT, "waited-for");
      CompletableFuture<Job> last = client.pollJobAsync(PROJECT, "last");
      queued.cancel(true);
      released.countDown();
      assertThat(List.of(held, wait, last)).allMatch(each -> Gateway.join(each) != null);
    }
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @Test
  void pollsWithoutEndLeaveWaitsTheirTurns() {
    hold("none");
    AtomicBoolean over = new AtomicBoolean();
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      pollUntil(over, client);
      pollUntil(over, client);
      assertThat(Gateway.join(client.waitForCompletionAsync(PROJECT, "waited-for"))).isNotNull();
      over.set(true);
    }
  }

  private static void pollUntil(AtomicBoolean over, JobsClient client) {
    client
        .pollJobAsync(REF)
        .thenRun(
            () -> {
              if (!over.get()) {
                pollUntil(over, client);
              }
            });
  }
}
