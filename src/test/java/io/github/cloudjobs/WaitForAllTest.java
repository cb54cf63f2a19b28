package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many waits at once, in virtual time; nothing goes over the wire. */
@Timeout(60)
class WaitForAllTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");

  /** By default; these may have been in flight when the waits ended. */
  private static final int IN_FLIGHT = 64;

  private final Map<String, Queue<String>> script = new ConcurrentHashMap<>();
  private final Map<String, Integer> polls = new ConcurrentHashMap<>();
  private final Ends ends = new Ends();
  private final Machine machine = new Machine(START, this::respond);
  private final JobsClient client = machine.client;

  private static final class Ends implements WaitListener {
    final List<WaitResult> results = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onProgress(WaitProgress progress) {}

    @Override
    public void onEnd(WaitResult result) {
      results.add(result);
    }
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private Response respond(Interceptor.Chain chain) {
    List<String> path = chain.request().url().pathSegments();
    String id = path.get(path.size() - 1);
    polls.merge(id, 1, Integer::sum);
    Queue<String> responses = script.get(id);
    String next = responses.size() > 1 ? responses.remove() : responses.element();
    return Character.isDigit(next.charAt(0))
        ? Machine.response(chain, Integer.parseInt(next), "{\"error_code\":\"Ecs.0114\"}")
        : Machine.response(chain, 200, "{\"status\":\"" + next + "\"}");
  }

  /** A job that was just submitted, first polled at 2 s; the last response is repeated. */
  private JobRef job(String id, String... responses) {
    script.put(id, new ConcurrentLinkedQueue<>(List.of(responses)));
    return new JobRef("p", id, START);
  }

  private WaitOptions.Builder every10s() {
    return WaitOptions.builder()
        .schedule(PollSchedule.fixed(Duration.ofSeconds(10)))
        .timeout(Duration.ofSeconds(60))
        .addListener(ends);
  }

  private List<WaitOutcome> waitForAll(WaitOptions.Builder options, JobRef... jobs)
      throws Exception {
    return machine.run(() -> client.waitForAll(List.of(jobs), options.build()));
  }

  private WaitForAllException problem(WaitOptions.Builder options, JobRef... jobs) {
    ends.results.clear();
    WaitForAllException problem =
        catchThrowableOfType(WaitForAllException.class, () -> waitForAll(options, jobs));
    assertThat(problem).isNotNull();
    assertThat(problem.results()).extracting(WaitResult::ref).containsExactly(jobs);
    assertThat(ends.results).as("each end is reported once").hasSameSizeAs(jobs);
    assertThat(ends.results.stream().map(WaitResult::ref).collect(Collectors.toSet()))
        .isEqualTo(Set.of(jobs));
    return problem;
  }

  /** Lets time pass; no wait may poll any more. */
  private void assertNoMorePolls(int inFlight) {
    int made = machine.polls.size();
    machine.time.advance(Duration.ofHours(2));
    assertThat(machine.polls.size() - made).as("polls after the end").isBetween(0, inFlight);
  }

  // All settle

  @Test
  void theOutcomesComeInTheOrderOfTheJobsWhicheverEndsFirst() throws Exception {
    JobRef slow = job("slow", "RUNNING", "RUNNING", "SUCCESS");
    JobRef quick = job("quick", "SUCCESS");
    JobRef middling = job("middling", "RUNNING", "SUCCESS");
    assertThat(waitForAll(every10s().stopAtFirstFailure(), slow, quick, middling))
        .hasSize(3)
        .allMatch(outcome -> outcome instanceof WaitOutcome.Succeeded);
    assertThat(polls).isEqualTo(Map.of("slow", 3, "quick", 1, "middling", 2));
    assertThat(ends.results).extracting(WaitResult::ref).containsExactly(quick, middling, slow);
    assertThat(ends.results).allMatch(WaitResult::succeeded);
    assertThat(machine.now()).isEqualTo(START.plusSeconds(22));
  }

  @Test
  void everyWayToEndIsAnOutcome() throws Exception {
    List<WaitOutcome> outcomes =
        waitForAll(
            every10s(),
            job("bad", "FAIL"),
            job("endless", "RUNNING"),
            job("gone", "RUNNING", "404"),
            job("good", "RUNNING", "SUCCESS"));
    assertThat(outcomes)
        .hasExactlyElementsOfTypes(
            WaitOutcome.Failed.class,
            WaitOutcome.TimedOut.class,
            WaitOutcome.Vanished.class,
            WaitOutcome.Succeeded.class);
    assertThat(((WaitOutcome.TimedOut) outcomes.get(1)).elapsed())
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(ends.results).hasSize(4);
  }

  @Test
  void virtualTimeStandsStillUntilAllWaitsOfAGroupHaveStarted() throws Exception {
    JobRef[] jobs =
        IntStream.range(0, 500).mapToObj(i -> job("j" + i, "RUNNING")).toArray(JobRef[]::new);
    assertThat(waitForAll(every10s(), jobs))
        .allSatisfy(
            outcome ->
                assertThat(((WaitOutcome.TimedOut) outcome).elapsed())
                    .isEqualTo(Duration.ofSeconds(60)));
    assertThat(machine.now()).isEqualTo(START.plusSeconds(60));
  }

  @Test
  void aJobThatIsNamedTwiceIsPolledOnceAndReportedTwice() throws Exception {
    JobRef twice = job("twice", "RUNNING", "RUNNING", "SUCCESS");
    JobRef other = job("other", "RUNNING", "SUCCESS");
    List<WaitOutcome> outcomes = waitForAll(every10s(), twice, other, twice);
    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0)).isEqualTo(outcomes.get(2));
    assertThat(polls).isEqualTo(Map.of("twice", 3, "other", 2));
  }

  @Test
  void noJobsAreNoWaitAndNullStartsNothing() throws Exception {
    WaitOptions stops = WaitOptions.builder().stopAtFirstFailure().build();
    assertThat(client.waitForAll(List.of(), stops)).isEmpty();
    assertThat(client.waitForAllAsync(List.of(), stops)).isCompletedWithValue(List.of());
    JobRef job = job("a", "SUCCESS");
    assertThatNullPointerException()
        .isThrownBy(() -> client.waitForAll(Arrays.asList(job, null), stops));
    assertThatNullPointerException().isThrownBy(() -> client.waitForAll(null, stops));
    assertThatNullPointerException().isThrownBy(() -> client.waitForAll(List.of(job), null));
    assertNoMorePolls(0);
    assertThat(polls).isEmpty();
  }

  @Test
  void aListThatChangesMeanwhileIsTakenAsItWas() throws Exception {
    List<JobRef> jobs = new ArrayList<>(List.of(job("a", "SUCCESS"), job("b", "SUCCESS")));
    WaitOptions clearing = every10s().addListener(progress -> jobs.clear()).build();
    assertThat(machine.run(() -> client.waitForAll(jobs, clearing))).hasSize(2);
  }

  // What is no outcome

  @Test
  void aJobThatCannotBePolledIsAProblemOnceAllHaveEnded() {
    WaitForAllException problem =
        problem(
            every10s(),
            job("good", "RUNNING", "RUNNING", "SUCCESS"),
            job("forbidden", "403"),
            job("bad", "FAIL"),
            job("refused", "400"));
    assertThat(problem)
        .hasMessage("job forbidden did not succeed; of 4 waits 2 came to no outcome")
        .hasCauseInstanceOf(JobPollException.class);
    assertThat(((JobPollException) problem.getCause()).ref().jobId()).isEqualTo("forbidden");
    List<WaitResult> results = problem.results();
    assertThat(results.get(0).succeeded()).isTrue();
    assertThat(results.get(0).polls()).isEqualTo(3);
    assertThat(results.get(1).outcome()).isNull();
    assertThat(results.get(1).problem()).isInstanceOf(JobPollException.class);
    assertThat(results.get(2).outcome()).isInstanceOf(WaitOutcome.Failed.class);
    assertThat(results.get(3).problem()).isInstanceOf(JobPollException.class);
  }

  @Test
  void refusedCredentialsAreTheProblemOfAll() {
    WaitForAllException problem = problem(every10s(), job("a", "401"), job("b", "401"));
    assertThat(problem.results())
        .allMatch(result -> result.problem().getCause() instanceof AuthenticationException)
        .allMatch(result -> result.problem().token() != null);
    assertThat(problem).rootCause().isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aClientThatIsClosedMeanwhileLeavesTheTokensOfAll() throws Exception {
    JobRef done = job("done", "SUCCESS");
    JobRef open = job("open", "RUNNING");
    CompletableFuture<?> reported = new CompletableFuture<>(); // twice, by the open one
    WaitListener listener =
        progress -> {
          if (progress.polls() == 2) {
            reported.complete(null);
          }
        };
    CompletableFuture<List<WaitOutcome>> call =
        client.waitForAllAsync(List.of(done, open), every10s().addListener(listener).build());
    machine.time.await(reported);
    machine.close();
    WaitForAllException problem =
        catchThrowableOfType(WaitForAllException.class, () -> Gateway.join(call));
    assertThat(problem.results().get(0).succeeded()).isTrue();
    JobPollException closed = problem.results().get(1).problem();
    assertThat(closed).hasMessageContaining("the client was closed");
    assertThat(problem).hasCauseInstanceOf(JobPollException.class);
    job("open", "SUCCESS");
    try (Machine next = new Machine(START.plusSeconds(15), this::respond)) {
      assertThat(next.run(() -> next.client.resume(closed.token())).status().isFinished()).isTrue();
      assertThat(next.polls).containsExactly(START.plusSeconds(22));
    }
  }

  // Until the first failure

  @Test
  void theFirstFailureEndsTheOthersAndTheirTokensGoOn() throws Exception {
    JobRef good = job("good", "SUCCESS");
    JobRef open = job("open", "RUNNING");
    JobRef bad = job("bad", "RUNNING", "FAIL");
    WaitForAllException problem = problem(every10s().stopAtFirstFailure(), good, open, bad);
    assertThat(problem)
        .hasMessage("job bad did not succeed; of 3 waits 1 came to no outcome")
        .hasCauseInstanceOf(JobFailedException.class);
    assertThat(problem.results().get(0).succeeded()).isTrue();
    WaitResult ended = problem.results().get(1);
    assertThat(ended.problem())
        .hasMessage("stopped waiting for job open: another job did not succeed");
    assertThat(ended.elapsed()).isEqualTo(Duration.ofSeconds(12));
    assertThat(problem.results().get(2).outcome()).isInstanceOf(WaitOutcome.Failed.class);
    job("open", "SUCCESS");
    assertThat(machine.run(() -> client.resume(ended.problem().token())).status().isFinished())
        .isTrue();
  }

  @Test
  void aTimeoutAVanishedJobAndAProblemAreFailuresToo() {
    assertThat(
            problem(
                every10s().stopAtFirstFailure().timeout(Duration.ofSeconds(5)),
                job("a", "RUNNING")))
        .hasMessage("job a did not succeed; of 1 waits 0 came to no outcome")
        .hasCauseInstanceOf(JobWaitTimeoutException.class);
    assertThat(
            problem(
                every10s().stopAtFirstFailure(),
                job("gone", "RUNNING", "404"),
                job("b", "RUNNING")))
        .hasMessageStartingWith("job gone did not succeed");
    assertThat(
            problem(every10s().stopAtFirstFailure(), job("c", "RUNNING"), job("forbidden", "403")))
        .hasMessage("job forbidden did not succeed; of 2 waits 2 came to no outcome");
  }

  @Test
  void aFailureAmongManyEndsThemAllAtOnce() {
    JobRef[] jobs =
        IntStream.range(0, 600)
            .mapToObj(i -> job("j" + i, i == 300 ? "FAIL" : "RUNNING"))
            .toArray(JobRef[]::new);
    WaitForAllException problem = problem(every10s().stopAtFirstFailure(), jobs);
    assertThat(problem.getCause()).isInstanceOf(JobFailedException.class);
    assertThat(machine.time.elapsed()).isLessThan(Duration.ofSeconds(62));
    assertNoMorePolls(IN_FLIGHT);
  }

  @Test
  void aLoneFailureIsNeverReportedAsAnOutcome() {
    for (int i = 0; i < 100; i++) {
      problem(every10s().stopAtFirstFailure(), job("j" + i, "FAIL"));
    }
  }

  // Interrupts

  @Test
  void anInterruptEndsAllAndIsReportedToNoListener() throws Exception {
    JobRef[] jobs = {job("a", "RUNNING"), job("b", "RUNNING"), job("c", "RUNNING")};
    CountDownLatch polled = new CountDownLatch(jobs.length);
    WaitOptions options = every10s().addListener(progress -> polled.countDown()).build();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                client.waitForAll(List.of(jobs), options);
              } catch (InterruptedException expected) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    caller.start();
    while (!polled.await(1, TimeUnit.MILLISECONDS)) {
      machine.time.advance(Duration.ofMillis(100));
    }
    caller.interrupt();
    assertThat(Gateway.join(interrupted)).as("the thread's flag").isFalse();
    assertNoMorePolls(0);
    assertThat(ends.results).isEmpty();
  }

  @Test
  void aThreadThatIsInterruptedAlreadyDoesNotWait() {
    List<JobRef> jobs = List.of(job("a", "RUNNING"), job("b", "RUNNING"));
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> client.waitForAll(jobs, every10s().build()));
    assertThat(Thread.interrupted()).isFalse();
    assertNoMorePolls(0);
    assertThat(machine.polls).isEmpty();
  }

  // As a future

  @Test
  void theFutureCompletesWithTheOutcomesOfAll() throws Exception {
    CompletableFuture<List<WaitOutcome>> all =
        client.waitForAllAsync(
            List.of(job("slow", "RUNNING", "SUCCESS"), job("failing", "FAIL")), every10s().build());
    assertThat(all).isNotDone();
    assertThat(machine.run(() -> all.get()))
        .hasExactlyElementsOfTypes(WaitOutcome.Succeeded.class, WaitOutcome.Failed.class);
  }

  @Test
  void theFutureFailsWithTheProblemOfTheFirst() {
    CompletableFuture<List<WaitOutcome>> all =
        client.waitForAllAsync(
            List.of(job("a", "RUNNING"), job("b", "FAIL")),
            every10s().stopAtFirstFailure().build());
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> machine.run(all::get))
        .withCauseInstanceOf(WaitForAllException.class);
    assertThat(ends.results).hasSize(2);
  }

  @Test
  void aFutureThatIsCancelledEndsItsWaitsBeforeItsDependentsRun() {
    CompletableFuture<List<WaitOutcome>> all =
        client.waitForAllAsync(List.of(job("a", "RUNNING")), every10s().build());
    AtomicInteger made = new AtomicInteger(-1);
    CompletableFuture<List<WaitOutcome>> dependent =
        all.whenComplete(
            (outcomes, error) -> {
              assertNoMorePolls(0);
              made.set(machine.polls.size());
            });
    all.cancel(true);
    assertThat(dependent).isCompletedExceptionally();
    assertThat(made).hasValue(0);
    assertThat(ends.results).isEmpty();
  }
}
