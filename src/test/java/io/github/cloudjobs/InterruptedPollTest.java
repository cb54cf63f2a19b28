package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls that block their caller. */
class InterruptedPollTest {
  private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(5);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final CountDownLatch arrived = new CountDownLatch(1);
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

  /** What a call threw, and whether its thread was interrupted then. */
  private record Throwables(Throwable error, boolean interrupted) {}

  @AfterEach
  void giveBackConnections() {
    http.connectionPool().evictAll();
  }

  private void stalls(String where) {
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

  /** Interrupts a call once its request has arrived. */
  private Throwables interrupted(Consumer<JobsClient> call) {
    try (JobsClient client =
        Gateway.client(server).httpClient(http).callTimeout(LONGER_THAN_THE_TEST).build()) {
      CompletableFuture<Throwables> thrown = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                Throwable error = catchThrowable(() -> call.accept(client));
                thrown.complete(new Throwables(error, Thread.currentThread().isInterrupted()));
              });
      caller.start();
      Gateway.await(arrived);
      caller.interrupt();
      Throwables got = Gateway.join(thrown);
      Gateway.await(cancelled); // before the client is closed
      return got;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "body"})
  void aBlockedPollIsCancelledAtOnceAndTheThreadStaysInterrupted(String where) {
    stalls(where);
    Throwables thrown = interrupted(client -> client.pollJob(PROJECT, JOB));
    assertThat(thrown.error())
        .isExactlyInstanceOf(JobsTransportException.class)
        .hasMessageEndingWith("the thread was interrupted");
    assertThat(thrown.interrupted()).isTrue();
  }

  @Test
  void aBlockedStepOfAKeptWaitIsCancelledAtOnceAndCostsTheWaitNothing() {
    stalls("head");
    WaitOptions options = WaitOptions.builder().errorBudget(Duration.ZERO).build();
    WaitToken token;
    try (JobsClient client = Gateway.client(server).build()) {
      token = client.newToken(new JobRef(PROJECT, JOB), options);
    }
    Throwables thrown = interrupted(client -> client.pollOnce(token));
    assertThat(thrown.error()).isExactlyInstanceOf(JobsTransportException.class);
    assertThat(thrown.interrupted()).isTrue();
    Gateway.answerBy(server, request -> Gateway.job("RUNNING"));
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(client.pollOnce(token)).isInstanceOf(PollStep.Again.class);
    }
  }

  @Test
  void aThreadThatIsInterruptedAlreadySendsNothing() {
    try (JobsClient client = Gateway.client(server).build()) {
      WaitToken token = client.newToken(new JobRef(PROJECT, JOB), WaitOptions.defaults());
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(JobsTransportException.class)
          .isThrownBy(() -> client.pollJob(PROJECT, JOB))
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
      assertThatExceptionOfType(JobsServiceException.class)
          .isThrownBy(() -> client.pollJob(PROJECT, JOB))
          .satisfies(
              error ->
                  assertThat(error.getStackTrace())
                      .filteredOn(frame -> frame.getClassName().equals(JobsClient.class.getName()))
                      .extracting(StackTraceElement::getMethodName)
                      .contains("pollJob"));
    }
  }

  @Test
  void anErrorThatIsThrownAgainKeepsOneStackTrace() {
    JobsServiceException same = new JobsServiceException("no", 500, null, null, null, null);
    try (JobsClient client =
        Gateway.client(server)
            .credentials(
                () -> {
                  throw same;
                })
            .build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB))).isSameAs(same);
      int frames = same.getStackTrace().length;
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB))).isSameAs(same);
      assertThat(same.getStackTrace()).hasSize(frames);
    }
  }
}
