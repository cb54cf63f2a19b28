package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
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
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waits that go on in another client or another process, over real HTTP and in virtual time. */
class ResumeTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final JobRef JOB = new JobRef("p", "j", START.minusSeconds(20));

  /** A job's life with all that can be borne. */
  private static final List<Integer> LIFE =
      List.of(404, 200, 200, 503, 429, 200, 500, 502, 200, 302, 200, 200, 200, 200);

  @StartStop final MockWebServer server = new MockWebServer();

  private final Deque<MockResponse> answers = new ArrayDeque<>();

  @BeforeEach
  void serve() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            synchronized (answers) {
              return answers.size() > 1 ? answers.remove() : answers.element();
            }
          }
        });
  }

  private String endpoint() {
    return server.url("/").toString();
  }

  private void answer(MockResponse... next) {
    synchronized (answers) {
      answers.clear();
      answers.addAll(List.of(next));
    }
  }

  private static MockResponse job(String status) {
    String body =
        "{\"status\":\"" + status + "\",\"begin_time\":\"" + START.minusSeconds(9) + "\"}";
    return new MockResponse.Builder().body(body).build();
  }

  private static MockResponse http(int status) {
    return switch (status) {
      case 200 -> job("RUNNING");
      case 404 ->
          new MockResponse.Builder().code(404).body("{\"error_code\":\"Ecs.0114\"}").build();
      default -> new MockResponse.Builder().code(status).build();
    };
  }

  private void liveFrom(int poll) {
    List<MockResponse> life = new ArrayList<>();
    LIFE.subList(poll, LIFE.size()).forEach(status -> life.add(http(status)));
    life.add(job("SUCCESS"));
    answer(life.toArray(MockResponse[]::new));
  }

  /** When a wait polls that nobody cuts. */
  private List<Instant> uncut() throws Exception {
    liveFrom(0);
    try (Machine machine = new Machine(endpoint(), START)) {
      machine.run(() -> machine.client.waitForCompletion(JOB, WaitOptions.defaults()));
      assertThat(machine.polls).hasSize(LIFE.size() + 1);
      return List.copyOf(machine.polls);
    }
  }

  /** The token of a wait whose client is closed between two of its polls. */
  private WaitToken cutAfter(int polls, List<Instant> uncut) throws Exception {
    liveFrom(0);
    try (Machine machine = new Machine(endpoint(), START)) {
      CompletableFuture<Job> wait = machine.client.waitForCompletionAsync(JOB);
      for (int i = 1; i < polls; i++) {
        machine.timer.awaitPause();
        machine.timer.runNext();
      }
      machine.timer.awaitPause();
      assertThat(machine.polls).isEqualTo(uncut.subList(0, polls));
      machine.client.close();
      return ended(wait, JobPollException.class).token();
    }
  }

  private static <T extends Throwable> T ended(CompletableFuture<?> wait, Class<T> by) {
    try {
      wait.join();
    } catch (CompletionException e) {
      return by.cast(e.getCause());
    }
    throw new AssertionError("it succeeded");
  }

  private static Instant between(List<Instant> polls, int done) {
    return polls
        .get(done - 1)
        .plus(Duration.between(polls.get(done - 1), polls.get(done)).dividedBy(3));
  }

  @Test
  void anotherClientGoesOnWhereverTheFirstStopped() throws Exception {
    List<Instant> uncut = uncut();
    for (int done : new int[] {1, 4, 6, 14}) {
      WaitToken token = cutAfter(done, uncut);
      liveFrom(done);
      try (Machine next = new Machine(endpoint(), between(uncut, done))) {
        assertThat(next.run(() -> next.client.resume(token)).status()).isEqualTo(JobStatus.SUCCESS);
        assertThat(next.polls).as("after %s", done).isEqualTo(uncut.subList(done, uncut.size()));
      }
    }
  }

  @Test
  void aListenerCanBeHandedInAndTheDeadlineStays() throws Exception {
    List<Instant> uncut = uncut();
    WaitToken token = cutAfter(4, uncut);
    for (boolean async : new boolean[] {false, true}) {
      liveFrom(4);
      List<String> heard = new ArrayList<>();
      WaitListener listener = progress -> heard.add(progress.job().statusText());
      try (Machine next = new Machine(endpoint(), between(uncut, 4))) {
        next.run(
            () ->
                async
                    ? next.client.resumeAsync(token, listener).get()
                    : next.client.resume(token, listener));
        assertThat(next.polls).isEqualTo(uncut.subList(4, uncut.size()));
        assertThat(heard).isNotEmpty().last().isEqualTo("SUCCESS");
      }
    }
  }

  @Test
  void stepByStepItPollsAtTheSameTimes() throws Exception {
    List<Instant> uncut = uncut();
    liveFrom(0);
    try (Machine machine = new Machine(endpoint(), START)) {
      WaitToken token = machine.client.newToken(JOB, WaitOptions.defaults());
      assertThat(machine.runSteps(token))
          .isInstanceOfSatisfying(
              PollStep.Done.class, d -> assertThat(d.job().status()).isEqualTo(JobStatus.SUCCESS));
      assertThat(machine.polls).isEqualTo(uncut);
    }
  }

  @Test
  void anotherProcessGoesOnWhereThisOneStopped() throws Exception {
    List<Instant> uncut = uncut();
    int done = 5;
    WaitToken token = cutAfter(done, uncut);
    for (String how : List.of("resume", "steps")) {
      liveFrom(done);
      Instant started = how.equals("steps") ? uncut.get(done) : between(uncut, done);
      List<String> expected = new ArrayList<>();
      uncut.subList(done, uncut.size()).forEach(at -> expected.add(at.toString()));
      expected.add("SUCCESS");
      assertThat(OtherProcess.run(how, endpoint(), started, token)).isEqualTo(expected);
    }
  }

  @Test
  void anotherProcessHasTheDeadlineThatThisOneHad() throws Exception {
    answer(job("RUNNING"));
    try (Machine first = new Machine(endpoint(), START)) {
      WaitToken token =
          first.client.newToken(
              new JobRef("p", "j"), WaitOptions.builder().timeout(Duration.ofSeconds(100)).build());
      try (Machine second = new Machine(endpoint(), START.plusSeconds(60))) {
        CompletableFuture<Job> wait = second.client.resumeAsync(token);
        second.run(() -> wait.handle((job, error) -> null).get());
        JobWaitTimeoutException timeout = ended(wait, JobWaitTimeoutException.class);
        assertThat(timeout.elapsed()).isEqualTo(Duration.ofSeconds(100));
        assertThat(timeout.polls()).isEqualTo(second.polls.size());
        assertThat(second.polls)
            .startsWith(START.plusSeconds(60))
            .endsWith(START.plusSeconds(100))
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void pastTheDeadlineThereIsOnePollAndThenATimeout() throws Exception {
    answer(job("RUNNING"));
    WaitToken token;
    try (Machine first = new Machine(endpoint(), START)) {
      token = first.client.newToken(JOB, WaitOptions.defaults());
    }
    Instant late = START.plus(Duration.ofDays(400));
    try (Machine machine = new Machine(endpoint(), late)) {
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> machine.run(() -> machine.client.resume(token)))
          .satisfies(e -> assertThat(e.polls()).isOne())
          .satisfies(e -> assertThat(e.elapsed()).isEqualTo(Duration.ofDays(400)));
      assertThat(machine.polls).containsExactly(late);
      assertThat(machine.client.pollOnce(token))
          .isInstanceOfSatisfying(
              PollStep.Failed.class,
              failed -> assertThat(failed.reason()).isInstanceOf(JobWaitTimeoutException.class));
      assertThat(machine.polls).containsExactly(late, late);
    }
  }

  @Test
  void aTimeoutIsResumedWithAnotherDeadline() throws Exception {
    answer(job("RUNNING"));
    try (Machine machine = new Machine(endpoint(), START)) {
      JobWaitTimeoutException timeout =
          ended(
              machine.run(
                  () -> {
                    CompletableFuture<Job> wait =
                        machine.client.waitForCompletionAsync(
                            JOB, WaitOptions.builder().timeout(Duration.ofSeconds(30)).build());
                    wait.handle((job, error) -> null).get();
                    return wait;
                  }),
              JobWaitTimeoutException.class);
      List<String> heard = new ArrayList<>();
      WaitOptions more =
          WaitOptions.builder()
              .timeout(Duration.ofSeconds(40))
              .addListener(progress -> heard.add(progress.toString()))
              .build();
      machine.timer.advance(Duration.ofSeconds(10));
      answer(job("RUNNING"), job("SUCCESS"));
      Job done = machine.run(() -> machine.client.resume(timeout.token(), more));
      assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(heard).first().isEqualTo("job RUNNING 00:40");
      assertThat(machine.run(() -> machine.client.resumeAsync(timeout.token(), more).get()))
          .isEqualTo(done);
    }
  }

  @Test
  void everyOutcomeCarriesWhatGoesOnWithIt() throws Exception {
    try (Machine machine = new Machine(endpoint(), START)) {
      answer(job("FAIL"));
      JobFailedException failed =
          ended(finished(machine, JOB, WaitOptions.defaults()), JobFailedException.class);
      answer(http(403));
      JobPollException stopped =
          ended(finished(machine, JOB, WaitOptions.defaults()), JobPollException.class);
      answer(job("RUNNING"));
      WaitOutcome outcome =
          machine.run(
              () ->
                  machine.client.awaitOutcome(
                      JOB, WaitOptions.builder().timeout(Duration.ZERO).build()));
      answer(job("SUCCESS"));
      for (WaitToken token :
          List.of(failed.token(), stopped.token(), ((WaitOutcome.TimedOut) outcome).token())) {
        assertThat(machine.run(() -> machine.client.resume(token)).status())
            .isEqualTo(JobStatus.SUCCESS);
      }
    }
  }

  @Test
  void aResumedWaitCanReportItsOutcomeInPlaceOfThrowing() throws Exception {
    try (Machine machine = new Machine(endpoint(), START)) {
      WaitToken token = machine.client.newToken(JOB, WaitOptions.defaults());
      answer(job("FAIL"));
      List<WaitProgress> progress = new ArrayList<>();
      WaitOptions options = WaitOptions.builder().addListener(progress::add).build();
      for (WaitOutcome outcome :
          List.of(
              machine.run(() -> machine.client.resumeOutcome(token)),
              machine.run(() -> machine.client.resumeOutcome(token, progress::add)),
              machine.run(() -> machine.client.resumeOutcome(token, options)),
              machine.run(machine.client.resumeOutcomeAsync(token)::get),
              machine.run(machine.client.resumeOutcomeAsync(token, progress::add)::get),
              machine.run(machine.client.resumeOutcomeAsync(token, options)::get))) {
        assertThat(outcome).isInstanceOf(WaitOutcome.Failed.class);
      }
      assertThat(progress).hasSize(4);
    }
  }

  @Test
  void aWaitThatRefusedCredentialsEndedResumesFromItsToken() throws Exception {
    try (Machine machine = new Machine(endpoint(), START)) {
      answer(http(401));
      JobWaitException refused =
          ended(finished(machine, JOB, WaitOptions.defaults()), JobPollException.class);
      WaitToken begun = machine.client.newToken(JOB, WaitOptions.defaults());
      JobWaitException step = ((PollStep.Failed) machine.client.pollOnce(begun)).reason();
      answer(job("SUCCESS"));
      for (JobWaitException each : List.of(refused, step)) {
        assertThat(each).hasCauseInstanceOf(AuthenticationException.class);
        assertThat(machine.run(() -> machine.client.resume(each.token())).status())
            .isEqualTo(JobStatus.SUCCESS);
      }
      answer(http(401));
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> machine.client.pollJob(JOB));
    }
  }

  private static CompletableFuture<Job> finished(Machine machine, JobRef job, WaitOptions options)
      throws Exception {
    CompletableFuture<Job> wait = machine.client.waitForCompletionAsync(job, options);
    machine.run(() -> wait.handle((done, error) -> null).get());
    return wait;
  }

  // Whose token it is

  @Test
  void whatIsNotThisClientsTokenIsRefusedBeforeAnythingIsSent() {
    answer(job("SUCCESS"));
    try (Machine ecs = new Machine(endpoint(), START)) {
      WaitToken token = ecs.client.newToken(JOB, WaitOptions.defaults());
      WaitToken cut = new WaitToken(token.text().substring(0, 200));
      try (Machine elb = new Machine(endpoint(), START, JobsService.ELB_V1);
          Machine elsewhere = new Machine(endpoint() + "base", START)) {
        refused(ecs.client, cut, "the token is damaged: ");
        refused(elb.client, token, "the token is of ECS at ");
        refused(elsewhere.client, token, "the token is of ECS at ");
        refused(
            ecs.client, elb.client.newToken(JOB, WaitOptions.defaults()), "the token is of ELB");
      }
    }
    assertThat(server.getRequestCount()).isZero();
  }

  private static void refused(JobsClient client, WaitToken token, String why) {
    List<ThrowingCallable> ways =
        Arrays.asList(
            () -> client.resume(token),
            () -> client.resume(token, WaitOptions.defaults()),
            () -> client.resumeAsync(token),
            () -> client.resumeAsync(token, WaitOptions.defaults()),
            () -> client.pollOnce(token));
    for (ThrowingCallable way : ways) {
      assertThatIllegalArgumentException().isThrownBy(way).withMessageStartingWith(why);
    }
  }

  @Test
  void aSlashAtTheEndOfTheEndpointMakesNoDifference() throws Exception {
    answer(job("SUCCESS"));
    for (List<String> bases : List.of(List.of("", "/"), List.of("/base", "/base/"))) {
      String host = endpoint().substring(0, endpoint().length() - 1);
      try (Machine with = new Machine(host + bases.get(0), START);
          Machine without = new Machine(host + bases.get(1), START)) {
        WaitToken token = with.client.newToken(JOB, WaitOptions.defaults());
        assertThat(without.run(() -> without.client.resume(token)).status())
            .isEqualTo(JobStatus.SUCCESS);
      }
    }
  }

  @Test
  void aClosedClientTakesNoToken() {
    Machine machine = new Machine(endpoint(), START);
    WaitToken token = machine.client.newToken(JOB, WaitOptions.defaults());
    machine.close();
    List<Consumer<JobsClient>> ways =
        List.of(
            client -> client.newToken(JOB, WaitOptions.defaults()),
            client -> client.resumeAsync(token),
            client -> client.resumeAsync(token, WaitOptions.defaults()),
            client -> client.pollOnce(token));
    for (Consumer<JobsClient> way : ways) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> way.accept(machine.client))
          .withMessage("this JobsClient is closed");
    }
  }
}
