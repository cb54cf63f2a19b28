package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits that go on in another client or another process, over real HTTP and in virtual time. */
class ResumeTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final JobRef JOB = new JobRef("p", "j", START.minusSeconds(20));
  private static final WaitOptions DEFAULTS = WaitOptions.defaults();
  private static final WaitOptions EVERY_10_S =
      WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(10))).build();

  @StartStop final MockWebServer server = new MockWebServer();
  private final Deque<MockResponse> responses = new ArrayDeque<>();

  @BeforeEach
  void serve() {
    Gateway.answerBy(
        server,
        request -> {
          synchronized (responses) {
            return responses.size() > 1 ? responses.remove() : responses.element();
          }
        });
  }

  private Machine machine(Instant started) {
    return new Machine(server.url("/").toString(), started);
  }

  private void respond(MockResponse... next) {
    synchronized (responses) {
      responses.clear();
      responses.addAll(List.of(next));
    }
  }

  private static MockResponse job(String status) {
    String body =
        "{\"status\":\"" + status + "\",\"begin_time\":\"" + START.minusSeconds(9) + "\"}";
    return new MockResponse.Builder().body(body).build();
  }

  private static MockResponse http(int status) {
    return new MockResponse.Builder().code(status).build();
  }

  private static <T extends Throwable> T ended(Class<T> by, Callable<?> wait) {
    try {
      wait.call();
    } catch (Exception e) {
      return by.cast(by.isInstance(e) ? e : e.getCause());
    }
    throw new AssertionError("it succeeded");
  }

  /** The token of a wait whose client is closed after two polls. */
  private WaitToken tokenOfAClosedClient() throws Exception {
    respond(job("RUNNING"));
    try (Machine machine = machine(START)) {
      CompletableFuture<Void> polledTwice = new CompletableFuture<>();
      WaitListener listener =
          progress -> {
            if (progress.polls() == 2) {
              polledTwice.complete(null);
            }
          };
      CompletableFuture<Job> wait =
          machine.client.waitForCompletionAsync(
              JOB, EVERY_10_S.toBuilder().addListener(listener).build());
      machine.time.await(polledTwice);
      machine.client.close();
      assertThat(machine.polls).containsExactly(START, START.plusSeconds(10));
      return ended(JobPollException.class, wait::join).token();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void anotherClientGoesOnWhereTheFirstStopped(int form) throws Exception {
    WaitToken token = tokenOfAClosedClient();
    List<WaitProgress> progress = new ArrayList<>();
    WaitListener listener = progress::add;
    respond(job("RUNNING"), job("SUCCESS"));
    try (Machine next = machine(START.plusSeconds(13))) {
      Job job =
          next.run(
              () ->
                  switch (form) {
                    case 0 -> next.client.resume(token);
                    case 1 -> next.client.resumeAsync(token).get();
                    case 2 -> next.client.resume(token, listener);
                    default -> next.client.resumeAsync(token, listener).get();
                  });
      assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(next.polls).containsExactly(START.plusSeconds(20), START.plusSeconds(30));
      assertThat(progress)
          .extracting(WaitProgress::polls)
          .isEqualTo(form > 1 ? List.of(3, 4) : List.of());
    }
  }

  @Test
  void stepByStepItPollsAtTheSameTimes() throws Exception {
    respond(job("RUNNING"), http(502), job("SUCCESS"));
    try (Machine machine = machine(START)) {
      PollStep step = machine.client.pollOnce(machine.client.newToken(JOB, EVERY_10_S));
      while (step instanceof PollStep.Again again) {
        machine.time.advance(Duration.between(machine.now(), again.at()));
        step = machine.client.pollOnce(again.token());
      }
      assertThat(((PollStep.Done) step).job().status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(machine.polls)
          .containsExactly(START, START.plusSeconds(10), START.plusSeconds(20));
    }
  }

  // The deadline

  @Test
  void theDeadlineStaysWhatItWas() throws Exception {
    respond(job("RUNNING"));
    WaitToken token;
    try (Machine first = machine(START)) {
      WaitOptions options = WaitOptions.builder().timeout(Duration.ofSeconds(100)).build();
      token = first.client.newToken(new JobRef("p", "j"), options);
    }
    try (Machine second = machine(START.plusSeconds(60))) {
      JobWaitTimeoutException timeout =
          ended(
              JobWaitTimeoutException.class,
              () -> second.run(second.client.resumeAsync(token)::get));
      assertThat(timeout.elapsed()).isEqualTo(Duration.ofSeconds(100));
      assertThat(timeout.polls()).isEqualTo(second.polls.size());
      assertThat(second.polls)
          .startsWith(START.plusSeconds(60))
          .endsWith(START.plusSeconds(100))
          .doesNotHaveDuplicates();
    }
    Instant late = START.plus(Duration.ofDays(400));
    try (Machine third = machine(late)) {
      JobWaitTimeoutException timeout =
          ended(JobWaitTimeoutException.class, () -> third.run(() -> third.client.resume(token)));
      assertThat(timeout.polls()).isOne();
      assertThat(timeout.elapsed()).isEqualTo(Duration.ofDays(400));
      PollStep.Failed step = (PollStep.Failed) third.client.pollOnce(token);
      assertThat(step.reason()).isInstanceOf(JobWaitTimeoutException.class);
      assertThat(third.polls).containsExactly(late, late);
    }
  }

  @Test
  void aTimeoutIsResumedWithAnotherDeadline() throws Exception {
    respond(job("RUNNING"));
    try (Machine machine = machine(START)) {
      JobWaitTimeoutException timeout =
          ended(
              JobWaitTimeoutException.class,
              () ->
                  machine.run(() -> machine.client.waitForCompletion(JOB, Duration.ofSeconds(30))));
      List<String> progress = new ArrayList<>();
      WaitOptions more =
          WaitOptions.builder()
              .timeout(Duration.ofSeconds(40))
              .addListener(each -> progress.add(each.toString()))
              .build();
      machine.time.advance(Duration.ofSeconds(10));
      respond(job("RUNNING"), job("SUCCESS"));
      Job done = machine.run(() -> machine.client.resume(timeout.token(), more));
      assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(progress).first().isEqualTo("job RUNNING 00:40");
      Job again = machine.run(machine.client.resumeAsync(timeout.token(), more)::get);
      assertThat(again).isEqualTo(done);
    }
  }

  // Outcomes

  @Test
  void everyEndCarriesATokenThatGoesOn() throws Exception {
    try (Machine machine = machine(START)) {
      List<WaitToken> tokens = new ArrayList<>();
      respond(job("FAIL"));
      tokens.add(end(JobFailedException.class, machine).token());
      respond(http(403));
      tokens.add(end(JobPollException.class, machine).token());
      respond(job("RUNNING"));
      WaitOptions once = WaitOptions.builder().timeout(Duration.ZERO).build();
      WaitOutcome outcome = machine.run(() -> machine.client.awaitOutcome(JOB, once));
      tokens.add(((WaitOutcome.TimedOut) outcome).token());
      respond(http(401));
      JobWaitException refused = end(JobPollException.class, machine);
      assertThat(refused).hasCauseInstanceOf(AuthenticationException.class);
      tokens.add(refused.token());
      WaitToken begun = machine.client.newToken(JOB, DEFAULTS);
      JobWaitException step = ((PollStep.Failed) machine.client.pollOnce(begun)).reason();
      assertThat(step).hasCauseInstanceOf(AuthenticationException.class);
      tokens.add(step.token());
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> machine.client.pollJob(JOB));
      respond(job("SUCCESS"));
      for (WaitToken token : tokens) {
        assertThat(machine.run(() -> machine.client.resume(token)).status())
            .isEqualTo(JobStatus.SUCCESS);
      }
    }
  }

  private static <T extends JobWaitException> T end(Class<T> by, Machine machine) {
    return catchThrowableOfType(
        by, () -> machine.run(() -> machine.client.waitForCompletion(JOB, DEFAULTS)));
  }

  @Test
  void aResumedWaitCanReturnItsOutcomeInPlaceOfThrowing() throws Exception {
    respond(job("FAIL"));
    try (Machine machine = machine(START)) {
      JobsClient client = machine.client;
      WaitToken token = client.newToken(JOB, DEFAULTS);
      List<WaitProgress> progress = new ArrayList<>();
      WaitOptions options = WaitOptions.builder().addListener(progress::add).build();
      List<Callable<WaitOutcome>> forms =
          List.of(
              () -> client.resumeOutcome(token),
              () -> client.resumeOutcome(token, progress::add),
              () -> client.resumeOutcome(token, options),
              () -> client.resumeOutcomeAsync(token).get(),
              () -> client.resumeOutcomeAsync(token, progress::add).get(),
              () -> client.resumeOutcomeAsync(token, options).get());
      for (Callable<WaitOutcome> form : forms) {
        assertThat(machine.run(form)).isInstanceOf(WaitOutcome.Failed.class);
      }
      assertThat(progress).hasSize(4);
    }
  }

  // Whose token it is

  @Test
  void aTokenOfAnotherServiceOrEndpointIsRefusedBeforeAnythingIsSent() {
    String endpoint = server.url("/").toString();
    try (Machine ecs = machine(START);
        Machine elb = new Machine(endpoint, START, JobsService.ELB_V1);
        Machine elsewhere = new Machine(endpoint + "base", START)) {
      WaitToken token = ecs.client.newToken(JOB, DEFAULTS);
      WaitToken cut = new WaitToken(token.text().substring(0, 200));
      assertRefused(ecs.client, cut, "the token is damaged: ");
      assertRefused(elb.client, token, "the token is of ECS at ");
      assertRefused(elsewhere.client, token, "the token is of ECS at ");
      assertRefused(ecs.client, elb.client.newToken(JOB, DEFAULTS), "the token is of ELB");
    }
    assertThat(server.getRequestCount()).isZero();
  }

  private static void assertRefused(JobsClient client, WaitToken token, String why) {
    List<ThrowingCallable> forms =
        List.of(
            () -> client.resume(token),
            () -> client.resume(token, DEFAULTS),
            () -> client.resumeAsync(token),
            () -> client.resumeAsync(token, DEFAULTS),
            () -> client.pollOnce(token));
    for (ThrowingCallable form : forms) {
      assertThatIllegalArgumentException().isThrownBy(form).withMessageStartingWith(why);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/base"})
  void aSlashAtTheEndOfTheEndpointMakesNoDifference(String base) throws Exception {
    respond(job("SUCCESS"));
    String endpoint = Gateway.endpoint(server) + base;
    try (Machine without = new Machine(endpoint, START);
        Machine with = new Machine(endpoint + "/", START)) {
      WaitToken token = without.client.newToken(JOB, DEFAULTS);
      assertThat(with.run(() -> with.client.resume(token)).status()).isEqualTo(JobStatus.SUCCESS);
    }
  }
}
