package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitException;
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
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many waits at once, in virtual time; nothing goes over the wire. */
class WaitForAllTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");

  /** By default; these may have been under way, although nobody wanted them any more. */
  private static final int IN_FLIGHT = 64;

  private final Map<String, Queue<String>> script = new ConcurrentHashMap<>();
  private final Map<String, Integer> polls = new ConcurrentHashMap<>();
  private final Ends ends = new Ends();
  private final Machine machine = new Machine(START, this::answer);

  /** Who was told of which end. */
  private static final class Ends implements WaitListener {
    final List<WaitResult> told = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onProgress(WaitProgress progress) {}

    @Override
    public void onEnd(WaitResult result) {
      told.add(result);
    }
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private Response answer(Interceptor.Chain chain) {
    List<String> path = chain.request().url().pathSegments();
    String id = path.get(path.size() - 1);
    polls.merge(id, 1, Integer::sum);
    Queue<String> answers = script.get(id);
    String next = answers.size() > 1 ? answers.remove() : answers.element();
    boolean isCode = Character.isDigit(next.charAt(0));
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(isCode ? Integer.parseInt(next) : 200)
        .message("")
        .body(
            ResponseBody.create(
                isCode ? "{\"error_code\":\"Ecs.0114\"}" : "{\"status\":\"" + next + "\"}", null))
        .build();
  }

  /** A job that was just submitted, and answers so, the last for ever; first polled at 2 s. */
  private JobRef job(String id, String... answers) {
    script.put(id, new ConcurrentLinkedQueue<>(List.of(answers)));
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
    return machine.run(() -> machine.client.waitForAll(List.of(jobs), options.build()));
  }

  private WaitForAllException problem(WaitOptions.Builder options, JobRef... jobs) {
    WaitForAllException problem =
        catchThrowableOfType(WaitForAllException.class, () -> waitForAll(options, jobs));
    assertThat(problem).isNotNull();
    assertThat(problem.results()).extracting(WaitResult::ref).containsExactly(jobs);
    assertThat(ends.told).as("each end is told once").hasSameSizeAs(jobs);
    assertThat(ends.told.stream().map(WaitResult::ref).collect(Collectors.toSet()))
        .isEqualTo(Set.of(jobs));
    return problem;
  }

  // All settle

  @Test
  void theOutcomesComeInTheOrderOfTheJobsWhicheverEndsFirst() throws Exception {
    JobRef slow = job("slow", "RUNNING", "RUNNING", "SUCCESS");
    JobRef quick = job("quick", "SUCCESS");
    JobRef middling = job("middling", "RUNNING", "SUCCESS");
    assertThat(waitForAll(every10s(), slow, quick, middling))
        .hasSize(3)
        .allMatch(outcome -> outcome instanceof WaitOutcome.Succeeded);
    assertThat(polls).isEqualTo(Map.of("slow", 3, "quick", 1, "middling", 2));
    assertThat(ends.told).extracting(WaitResult::ref).containsExactly(quick, middling, slow);
    assertThat(ends.told).allMatch(WaitResult::succeeded);
    assertThat(machine.clock.instant()).isEqualTo(START.plusSeconds(22));
  }

  @Test
  void everyWayToEndIsAnOutcomeAndKeepsNobodyWaiting() throws Exception {
    List<WaitOutcome> outcomes =
        waitForAll(
            every10s(),
            job("bad", "FAIL"),
            job("endless", "RUNNING"),
            job("gone", "RUNNING", "404"),
            job("good", "RUNNING", "SUCCESS"));
    assertThat(outcomes.get(0)).isInstanceOf(WaitOutcome.Failed.class);
    assertThat(outcomes.get(1))
        .isInstanceOfSatisfying(
            WaitOutcome.TimedOut.class,
            timeout -> assertThat(timeout.elapsed()).isEqualTo(Duration.ofSeconds(60)));
    assertThat(outcomes.get(2)).isInstanceOf(WaitOutcome.Vanished.class);
    assertThat(outcomes.get(3)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(ends.told).hasSize(4);
  }

  @Test
  void aJobThatIsNamedTwiceIsPolledOnceAndToldTwice() throws Exception {
    JobRef twice = job("twice", "RUNNING", "RUNNING", "SUCCESS");
    JobRef other = job("other", "RUNNING", "SUCCESS");
    List<WaitOutcome> outcomes = waitForAll(every10s(), twice, other, twice);
    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0)).isEqualTo(outcomes.get(2));
    assertThat(polls).isEqualTo(Map.of("twice", 3, "other", 2));
  }

  @Test
  void forNoJobsThereIsNothingToWaitFor() throws Exception {
    assertThat(machine.client.waitForAll(List.of(), WaitOptions.defaults())).isEmpty();
    WaitOptions stops = WaitOptions.builder().stopAtFirstFailure().build();
    assertThat(machine.client.waitForAll(List.of(), stops)).isEmpty();
  }

  @Test
  void aListThatHoldsNullStartsNothing() {
    List<JobRef> jobs = Arrays.asList(job("a", "SUCCESS"), null);
    assertThatNullPointerException()
        .isThrownBy(() -> machine.client.waitForAll(jobs, WaitOptions.defaults()));
    assertThatNullPointerException()
        .isThrownBy(() -> machine.client.waitForAll(null, WaitOptions.defaults()));
    assertThatNullPointerException()
        .isThrownBy(() -> machine.client.waitForAll(List.of(job("a", "SUCCESS")), null));
    assertThat(machine.timer.runNext()).as("anything pending").isFalse();
    assertThat(polls).isEmpty();
  }

  @Test
  void aListThatChangesMeanwhileIsTakenAsItWas() throws Exception {
    List<JobRef> jobs = new ArrayList<>(List.of(job("a", "SUCCESS"), job("b", "SUCCESS")));
    WaitOptions clearing = every10s().addListener(progress -> jobs.clear()).build();
    assertThat(machine.run(() -> machine.client.waitForAll(jobs, clearing))).hasSize(2);
  }

  @Test
  void tenThousandWaitsEndInTheirOrder() throws Exception {
    JobRef[] jobs =
        IntStream.range(0, 10_000)
            .mapToObj(
                i ->
                    switch (i % 3) {
                      case 0 -> job("j" + i, "SUCCESS");
                      case 1 -> job("j" + i, "RUNNING", "SUCCESS");
                      default -> job("j" + i, "RUNNING", "RUNNING", "FAIL");
                    })
            .toArray(JobRef[]::new);
    List<WaitOutcome> outcomes = waitForAll(every10s().timeout(Duration.ofHours(1)), jobs);
    assertThat(outcomes).hasSize(jobs.length);
    for (int i = 0; i < jobs.length; i++) {
      Class<?> expected = i % 3 == 2 ? WaitOutcome.Failed.class : WaitOutcome.Succeeded.class;
      assertThat(outcomes.get(i)).as("outcome %s", i).isInstanceOf(expected);
    }
    assertThat(ends.told).hasSize(jobs.length);
    assertThat(machine.polls).hasSize(2 * jobs.length - 1);
  }

  // What is no outcome

  @Test
  void aJobThatCannotBeAskedAboutIsAProblemOnceAllHaveEnded() {
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
    assertThat(problem.results().get(0).succeeded()).isTrue();
    assertThat(problem.results().get(0).polls()).isEqualTo(3);
    assertThat(problem.results().get(1).outcome()).isNull();
    assertThat(problem.results().get(1).problem()).isInstanceOf(JobPollException.class);
    assertThat(problem.results().get(2).outcome()).isInstanceOf(WaitOutcome.Failed.class);
    assertThat(problem.results().get(3).problem()).isInstanceOf(JobPollException.class);
  }

  @Test
  void refusedCredentialsAreTheProblemOfAll() {
    WaitForAllException problem = problem(every10s(), job("a", "401"), job("b", "401"));
    assertThat(problem.results())
        .allMatch(
            result ->
                result.problem().getCause() instanceof AuthenticationException
                    && result.problem().token() != null);
    assertThat(problem)
        .hasCauseInstanceOf(JobPollException.class)
        .rootCause()
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aClientThatIsClosedMeanwhileLeavesTheTokensOfAll() throws Exception {
    JobRef done = job("done", "SUCCESS");
    JobRef open = job("open", "RUNNING");
    CompletableFuture<WaitForAllException> call =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(
                    WaitForAllException.class,
                    () -> machine.client.waitForAll(List.of(done, open), every10s().build())));
    untilPolled(2);
    machine.close();
    WaitForAllException problem = call.get(20, TimeUnit.SECONDS);
    assertThat(problem.results().get(0).succeeded()).isTrue();
    assertThat(problem.results().get(1).problem()).hasMessageContaining("the client was closed");
    JobPollException closed = (JobPollException) problem.getCause();
    job("open", "SUCCESS");
    try (Machine next = new Machine(START.plusSeconds(5), this::answer)) {
      assertThat(next.run(() -> next.client.resume(closed.token())).status().isFinished()).isTrue();
      assertThat(next.polls).containsExactly(START.plusSeconds(12));
    }
  }

  /** Lets time pass until so many jobs were polled, and no poll is under way. */
  private void untilPolled(int jobs) throws InterruptedException {
    machine.timer.awaitPause();
    while (polls.size() < jobs) {
      machine.timer.runNext();
      machine.timer.awaitPause();
    }
  }

  @Test
  void aClosedClientWaitsForNothing() {
    machine.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> machine.client.waitForAll(List.of(), WaitOptions.defaults()));
  }

  @Test
  void virtualTimeStandsStillUntilAllHaveBegun() throws Exception {
    List<String> beginnings = Collections.synchronizedList(new ArrayList<>());
    JobRef[] jobs = {job("a", "SUCCESS"), job("b", "SUCCESS")};
    machine.clock.whenRead(() -> beginnings.add(machine.timer.toString()));
    waitForAll(every10s(), jobs);
    assertThat(beginnings.subList(0, jobs.length)).allMatch(timer -> timer.contains("1 under way"));
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
    WaitResult givenUp = problem.results().get(1);
    assertThat(givenUp.problem())
        .hasMessage("stopped waiting for job open: another job did not succeed");
    assertThat(givenUp.elapsed()).isEqualTo(Duration.ofSeconds(12));
    assertThat(problem.results().get(2).outcome()).isInstanceOf(WaitOutcome.Failed.class);
    job("open", "SUCCESS");
    assertThat(
            machine
                .run(() -> machine.client.resume(((JobWaitException) givenUp.problem()).token()))
                .status()
                .isFinished())
        .isTrue();
  }

  @Test
  void aTimeoutAndAVanishedJobAreFailuresToo() {
    WaitForAllException problem =
        problem(
            every10s().stopAtFirstFailure().timeout(Duration.ofSeconds(5)), job("a", "RUNNING"));
    assertThat(problem)
        .hasMessage("job a did not succeed; of 1 waits 0 came to no outcome")
        .hasCauseInstanceOf(JobWaitTimeoutException.class);
    ends.told.clear();
    problem =
        problem(
            every10s().stopAtFirstFailure(), job("gone", "RUNNING", "404"), job("b", "RUNNING"));
    assertThat(problem).hasMessageStartingWith("job gone did not succeed");
  }

  @Test
  void aProblemIsAFailureToo() {
    WaitForAllException problem =
        problem(every10s().stopAtFirstFailure(), job("a", "RUNNING"), job("forbidden", "403"));
    assertThat(problem)
        .hasMessage("job forbidden did not succeed; of 2 waits 2 came to no outcome");
  }

  @Test
  void withoutAFailureAllAreWaitedFor() throws Exception {
    assertThat(
            waitForAll(
                every10s().stopAtFirstFailure(),
                job("a", "SUCCESS"),
                job("b", "RUNNING", "RUNNING", "SUCCESS")))
        .allMatch(outcome -> outcome instanceof WaitOutcome.Succeeded);
  }

  @Test
  void aFailureAmongThousandsEndsThemAllAtOnce() {
    JobRef[] jobs =
        IntStream.range(0, 3_000)
            .mapToObj(i -> job("j" + i, i == 1_500 ? "FAIL" : "RUNNING"))
            .toArray(JobRef[]::new);
    WaitForAllException problem = problem(every10s().stopAtFirstFailure(), jobs);
    assertThat(problem.getCause()).isInstanceOf(JobFailedException.class);
    assertThat(machine.timer.now()).isLessThan(Duration.ofSeconds(62));
    int made = machine.polls.size();
    machine.timer.runUntilIdle();
    assertThat(machine.polls.size() - made).as("polls after the end").isBetween(0, IN_FLIGHT);
  }

  // Interrupts

  @Test
  void anInterruptEndsAllAndTellsNobody() throws Exception {
    JobRef[] jobs = {job("a", "RUNNING"), job("b", "RUNNING"), job("c", "RUNNING")};
    CountDownLatch interrupted = new CountDownLatch(1);
    boolean[] stillSet = {true};
    Thread caller =
        new Thread(
            () -> {
              try {
                machine.client.waitForAll(List.of(jobs), every10s().build());
              } catch (InterruptedException expected) {
                stillSet[0] = Thread.currentThread().isInterrupted();
                interrupted.countDown();
              }
            });
    caller.start();
    untilPolled(3);
    caller.interrupt();
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(stillSet[0]).as("as every method does that throws it").isFalse();
    int made = machine.polls.size();
    machine.timer.runUntilIdle();
    assertThat(machine.polls).hasSize(made);
    assertThat(ends.told).isEmpty();
  }

  @Test
  void whoIsInterruptedAlreadyDoesNotWait() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(
            () ->
                machine.client.waitForAll(
                    List.of(job("a", "RUNNING"), job("b", "RUNNING")), every10s().build()));
    assertThat(Thread.interrupted()).isFalse();
    machine.timer.runUntilIdle();
    assertThat(machine.polls).isEmpty();
  }

  // As a future

  @Test
  void theFutureCompletesWithTheOutcomesOfAll() throws Exception {
    JobRef slow = job("slow", "RUNNING", "SUCCESS");
    JobRef failing = job("failing", "FAIL");
    CompletableFuture<List<WaitOutcome>> all =
        machine.client.waitForAllAsync(List.of(slow, failing), every10s().build());
    assertThat(all).isNotDone();
    List<WaitOutcome> outcomes = machine.run(all::get);
    assertThat(outcomes.get(0)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(outcomes.get(1)).isInstanceOf(WaitOutcome.Failed.class);
    assertThat(machine.client.waitForAllAsync(List.of(), every10s().build()))
        .isCompletedWithValue(List.of());
  }

  @Test
  void theFutureFailsWithTheProblemOfTheFirst() {
    CompletableFuture<List<WaitOutcome>> all =
        machine.client.waitForAllAsync(
            List.of(job("a", "RUNNING"), job("b", "FAIL")),
            every10s().stopAtFirstFailure().build());
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> machine.run(all::get))
        .withCauseInstanceOf(WaitForAllException.class);
    assertThat(ends.told).hasSize(2);
  }

  @Test
  void aFutureThatIsCancelledEndsItsWaits() {
    CompletableFuture<List<WaitOutcome>> all =
        machine.client.waitForAllAsync(
            List.of(job("a", "RUNNING"), job("b", "RUNNING")), every10s().build());
    all.cancel(true);
    int made = machine.polls.size();
    machine.timer.runUntilIdle();
    assertThat(machine.polls).hasSize(made);
    assertThat(ends.told).isEmpty();
  }

  @Test
  void aFutureThatIsCancelledEndsItsWaitsBeforeItsDependentsRun() {
    CompletableFuture<List<WaitOutcome>> all =
        machine.client.waitForAllAsync(List.of(job("a", "RUNNING")), every10s().build());
    AtomicInteger made = new AtomicInteger(-1);
    CompletableFuture<List<WaitOutcome>> dependent =
        all.whenComplete(
            (outcomes, error) -> {
              machine.timer.runUntilIdle();
              made.set(machine.polls.size());
            });
    all.cancel(true);
    assertThat(dependent).isCompletedExceptionally();
    assertThat(made).hasValue(0);
  }

  @Test
  void aLoneFailureIsNeverReportedAsAnOutcome() throws Exception {
    WaitOptions options = every10s().stopAtFirstFailure().build();
    for (int i = 0; i < 300; i++) {
      JobRef job = job("j" + i, "FAIL");
      assertThatExceptionOfType(WaitForAllException.class)
          .isThrownBy(() -> machine.run(() -> machine.client.waitForAll(List.of(job), options)));
    }
  }
}
