package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
  private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(5);
  private static final JobRef REF = new JobRef(PROJECT, JOB);

  @StartStop private final MockWebServer server = new MockWebServer();
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
    Gateway.answerBy(
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
    MockResponse.Builder stalled = new MockResponse.Builder().body(" ".repeat(10_000));
    if (where.equals("head")) {
      stalled.onResponseStart(SocketEffect.Stall.INSTANCE);
    } else {
      stalled.onResponseBody(SocketEffect.Stall.INSTANCE);
    }
    Gateway.answerBy(
        server,
        request -> {
          arrived.countDown();
          return stalled.build();
        });
  }

  // Blocking

  /** Interrupts a call once its request has arrived; it must fail with the flag kept. */
  private void assertInterrupted(Consumer<JobsClient> call) {
    try (JobsClient client =
        Gateway.client(server).httpClient(http).callTimeout(LONGER_THAN_THE_TEST).build()) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                thrown.complete(catchThrowable(() -> call.accept(client)));
                flag.complete(Thread.currentThread().isInterrupted());
              });
      caller.start();
      Gateway.await(arrived);
      caller.interrupt();
      assertThat(Gateway.join(thrown))
          .isExactlyInstanceOf(JobsTransportException.class)
          .hasMessageEndingWith("the thread was interrupted");
      assertThat(Gateway.join(flag)).isTrue();
      Gateway.await(cancelled); // before the client is closed
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "body"})
  void anInterruptCancelsABlockedPollAtOnce(String where) {
    stall(where);
    assertInterrupted(client -> client.pollJob(REF));
  }

  @Test
  void anInterruptCancelsABlockedStepOfAKeptWaitAtOnceAndCostsTheWaitNothing() {
    stall("head");
    WaitOptions options = WaitOptions.builder().errorBudget(Duration.ZERO).build();
    try (JobsClient client = Gateway.client(server).build()) {
      WaitToken token = client.newToken(REF, options);
      assertInterrupted(interrupted -> interrupted.pollOnce(token));
      hold("none");
      assertThat(client.pollOnce(token)).isInstanceOf(PollStep.Done.class);
    }
  }

  @Test
  void aThreadThatIsInterruptedAlreadySendsNothing() {
    try (JobsClient client = Gateway.client(server).build()) {
      WaitToken token = client.newToken(REF, WaitOptions.defaults());
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(JobsTransportException.class)
          .isThrownBy(() -> client.pollJob(REF))
          .withMessageEndingWith("the thread was interrupted");
      assertThatExceptionOfType(JobsTransportException.class)
          .isThrownBy(() -> client.pollOnce(token));
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void theStackTraceOfAFailedPollShowsItsCaller() {
    Gateway.answerBy(server, request -> Gateway.answer(500, "{}").build());
    try (JobsClient client = Gateway.client(server).build()) {
      Throwable error = catchThrowable(() -> client.pollJob(REF));
      assertThat(error).isInstanceOf(JobsServiceException.class);
      assertThat(error.getStackTrace())
          .filteredOn(frame -> frame.getClassName().equals(JobsClient.class.getName()))
          .extracting(StackTraceElement::getMethodName)
          .contains("pollJob");
    }
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
    try (JobsClient client = failing.build()) {
      assertThat(catchThrowable(() -> client.pollJob(REF))).isSameAs(same);
      int frames = same.getStackTrace().length;
      assertThat(catchThrowable(() -> client.pollJob(REF))).isSameAs(same);
      assertThat(same.getStackTrace()).hasSize(frames);
    }
  }

  // Asynchronous

  @Test
  void theQuotaDoesNotDelayThem() {
    hold("none");
    try (JobsClient client = Gateway.client(server).quota(0.01).build()) {
      List<CompletableFuture<Job>> polls = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        polls.add(client.pollJobAsync(REF));
      }
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
  void aPollThatIsCancelledInFlightIsCancelledOnTheWire() {
    hold(JOB);
    try (JobsClient client = Gateway.client(server).httpClient(http).build()) {
      CompletableFuture<Job> poll = client.pollJobAsync(REF);
      Gateway.await(arrived);
      poll.cancel(true);
      assertThat(poll).isCancelled();
      Gateway.await(cancelled);
      released.countDown();
    }
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anExecutorThatRefusesDoesNotKeepThePollFromCompleting(boolean checked) {
    hold("none");
    JobsClient.Builder builder =
        Gateway.client(server)
            .executor(
                task -> {
                  throw PollTest.<RuntimeException>sneaky(
                      checked ? new Exception("full") : new RejectedExecutionException("full"));
                });
    try (JobsClient client = builder.build()) {
      assertThat(Gateway.join(client.pollJobAsync(REF))).isNotNull();
    }
  }

  /** Throws as other languages of the JVM do. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable t) throws T {
    throw (T) t;
  }
}
