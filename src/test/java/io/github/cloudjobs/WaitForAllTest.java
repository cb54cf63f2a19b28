package io.github.cloudjobs;

import static io.github.cloudjobs.ScriptedClient.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many waits at once, in virtual time. */
@Timeout(60)
class WaitForAllTest implements WaitListener {
  /** By default; these may have been in flight when the waits ended. */
  private static final int IN_FLIGHT = 64;

  private final ScriptedClient.Script script = new ScriptedClient.Script();
  private final ScriptedClient machine = new ScriptedClient(START, script);
  private final JobsClient client = machine.client;
  private final List<WaitResult> ends = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void onProgress(WaitProgress progress) {}

  @Override
  public void onEnd(WaitResult result) {
    ends.add(result);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private WaitOptions.Builder every10s() {
    return WaitOptions.builder()
        .schedule(PollSchedule.fixed(Duration.ofSeconds(10)))
        .timeout(Duration.ofSeconds(60))
        .addListener(this);
  }

  private JobRef[] jobs(int count, int failing) {
    return IntStream.range(0, count)
        .mapToObj(i -> script.job("j" + i, i == failing ? "FAIL" : "RUNNING"))
        .toArray(JobRef[]::new);
  }

  private List<WaitOutcome> waitForAll(WaitOptions.Builder options, JobRef... jobs)
      throws Exception {
    return machine.run(() -> client.waitForAll(List.of(jobs), options.build()));
  }

  private WaitForAllException problem(WaitOptions.Builder options, JobRef... jobs) {
    return problem(catchThrowable(() -> waitForAll(options, jobs)), jobs);
  }

  private WaitForAllException problem(Throwable thrown, JobRef... jobs) {
    assertThat(thrown).isInstanceOf(WaitForAllException.class);
    WaitForAllException problem = (WaitForAllException) thrown;
    assertThat(problem.results()).extracting(WaitResult::ref).containsExactly(jobs);
    assertThat(ends).extracting(WaitResult::ref).containsExactlyInAnyOrder(jobs);
    ends.clear();
    return problem;
  }

  /** Lets time pass; no wait may poll any more. */
  private void assertNoMorePolls(int inFlight) {
    int made = machine.polls.size();
    machine.time.advance(Duration.ofHours(2));
    assertThat(machine.polls.size() - made).as("polls after the end").isBetween(0, inFlight);
  }

  @Test
  void theOutcomesComeInTheOrderOfTheJobsWhicheverEndsFirst() throws Exception {
    JobRef slow = script.job("slow", "RUNNING", "RUNNING", "SUCCESS");
    JobRef quick = script.job("quick", "SUCCESS");
    JobRef middling = script.job("middling", "RUNNING", "SUCCESS");
    assertThat(waitForAll(every10s().stopAtFirstFailure(), slow, quick, middling))
        .hasSize(3)
        .allMatch(outcome -> outcome instanceof WaitOutcome.Succeeded);
    assertThat(machine.polls).hasSize(6);
    assertThat(ends).extracting(WaitResult::ref).containsExactly(quick, middling, slow);
    assertThat(machine.now()).isEqualTo(START.plusSeconds(22));
  }

  @Test
  void everyWayToEndIsAnOutcome() throws Exception {
    List<WaitOutcome> outcomes =
        waitForAll(
            every10s(),
            script.job("bad", "FAIL"),
            script.job("endless", "RUNNING"),
            script.job("gone", "RUNNING", "404"),
            script.job("good", "RUNNING", "SUCCESS"));
    assertThat(outcomes)
        .hasExactlyElementsOfTypes(
            WaitOutcome.Failed.class,
            WaitOutcome.TimedOut.class,
            WaitOutcome.Vanished.class,
            WaitOutcome.Succeeded.class);
    assertThat(ends).hasSize(4);
  }

  @Test
  void virtualTimeStandsStillUntilAllWaitsOfAGroupHaveStarted() throws Exception {
    assertThat(waitForAll(every10s(), jobs(100, -1)))
        .allSatisfy(
            outcome ->
                assertThat(((WaitOutcome.TimedOut) outcome).elapsed())
                    .isEqualTo(Duration.ofSeconds(60)));
    assertThat(machine.now()).isEqualTo(START.plusSeconds(60));
  }

  @Test
  void aJobThatIsNamedTwiceIsPolledOnceAndReportedTwice() throws Exception {
    JobRef twice = script.job("twice", "RUNNING", "RUNNING", "SUCCESS");
    JobRef other = script.job("other", "RUNNING", "SUCCESS");
    List<WaitOutcome> outcomes = waitForAll(every10s(), twice, other, twice);
    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0)).isEqualTo(outcomes.get(2));
    assertThat(script.polls("twice")).isEqualTo(3);
    assertThat(script.polls("other")).isEqualTo(2);
  }

  @Test
  void anEmptyListReturnsAtOnceAndANullJobStartsNothing() throws Exception {
    WaitOptions stops = WaitOptions.builder().stopAtFirstFailure().build();
    assertThat(client.waitForAll(List.of(), stops)).isEmpty();
    assertThat(client.waitForAllAsync(List.of(), stops)).isCompletedWithValue(List.of());
    List<JobRef> jobs = Arrays.asList(script.job("a", "SUCCESS"), null);
    assertThatNullPointerException().isThrownBy(() -> client.waitForAll(jobs, stops));
    assertThatNullPointerException().isThrownBy(() -> client.waitForAll(List.of(), null));
    assertNoMorePolls(0);
  }

  // What is no outcome

  @Test
  void aJobThatCannotBePolledIsAProblemOnceAllHaveEnded() {
    WaitForAllException problem =
        problem(
            every10s(),
            script.job("good", "RUNNING", "RUNNING", "SUCCESS"),
            script.job("forbidden", "403"),
            script.job("bad", "FAIL"),
            script.job("refused", "400"));
    assertThat(problem)
        .hasMessage("job forbidden did not succeed; of 4 waits 2 came to no outcome")
        .hasCauseInstanceOf(JobPollException.class);
    List<WaitResult> results = problem.results();
    assertThat(results.get(0).succeeded()).isTrue();
    assertThat(results.get(0).polls()).isEqualTo(3);
    assertThat(results.get(1).outcome()).isNull();
    assertThat(results.get(1).problem()).isInstanceOf(JobPollException.class);
    assertThat(results.get(2).outcome()).isInstanceOf(WaitOutcome.Failed.class);
    assertThat(results.get(3).problem()).isInstanceOf(JobPollException.class);
  }

  @Test
  void aClientThatIsClosedMeanwhileIsTheProblemOfThoseThatWait() {
    JobRef done = script.job("done", "SUCCESS");
    JobRef open = script.job("open", "RUNNING");
    CompletableFuture<List<WaitOutcome>> all =
        client.waitForAllAsync(List.of(done, open), every10s().build());
    machine.time.advance(Duration.ofSeconds(2)); // the first polls
    while (ends.isEmpty()) {
      Thread.onSpinWait();
    }
    machine.close();
    WaitForAllException problem = problem(catchThrowable(() -> Gateway.join(all)), done, open);
    assertThat(problem.results().get(0).succeeded()).isTrue();
    assertThat(problem.results().get(1).problem()).hasMessageContaining("the client was closed");
    assertThat(problem.results().get(1).problem().token()).isNotNull();
  }

  // Until the first failure

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstFailureEndsTheOthersAndTheirTokensGoOn(boolean async) throws Exception {
    JobRef good = script.job("good", "SUCCESS");
    JobRef open = script.job("open", "RUNNING");
    JobRef bad = script.job("bad", "RUNNING", "FAIL");
    List<JobRef> jobs = List.of(good, open, bad);
    WaitOptions options = every10s().stopAtFirstFailure().build();
    Throwable thrown =
        catchThrowable(
            () ->
                machine.run(
                    () ->
                        async
                            ? client.waitForAllAsync(jobs, options).get()
                            : client.waitForAll(jobs, options)));
    WaitForAllException problem = problem(async ? thrown.getCause() : thrown, good, open, bad);
    assertThat(problem)
        .hasMessage("job bad did not succeed; of 3 waits 1 came to no outcome")
        .hasCauseInstanceOf(JobFailedException.class);
    assertThat(problem.results().get(0).succeeded()).isTrue();
    WaitResult ended = problem.results().get(1);
    assertThat(ended.problem())
        .hasMessage("stopped waiting for job open: another job did not succeed");
    assertThat(ended.elapsed()).isEqualTo(Duration.ofSeconds(12));
    assertThat(problem.results().get(2).outcome()).isInstanceOf(WaitOutcome.Failed.class);
    script.job("open", "SUCCESS");
    assertThat(machine.run(() -> client.resume(ended.problem().token())).status().isFinished())
        .isTrue();
  }

  @Test
  void aTimeoutAVanishedJobAndAProblemAreFailuresToo() {
    WaitOptions.Builder short1 = every10s().stopAtFirstFailure().timeout(Duration.ofSeconds(5));
    assertThat(problem(short1, script.job("a", "RUNNING")))
        .hasMessage("job a did not succeed; of 1 waits 0 came to no outcome")
        .hasCauseInstanceOf(JobWaitTimeoutException.class);
    JobRef gone = script.job("gone", "RUNNING", "404");
    assertThat(problem(every10s().stopAtFirstFailure(), gone, script.job("b", "RUNNING")))
        .hasMessageStartingWith("job gone did not succeed");
    JobRef forbidden = script.job("forbidden", "403");
    assertThat(problem(every10s().stopAtFirstFailure(), script.job("c", "RUNNING"), forbidden))
        .hasMessage("job forbidden did not succeed; of 2 waits 2 came to no outcome");
  }

  @Test
  void aFailureAmongManyEndsThemAllAtOnce() {
    problem(every10s().stopAtFirstFailure(), jobs(600, 300));
    assertThat(machine.time.elapsed()).isLessThan(Duration.ofSeconds(62));
    assertNoMorePolls(IN_FLIGHT);
  }

  @Test
  void aLoneFailureIsNeverReportedAsAnOutcome() {
    for (int i = 0; i < 50; i++) {
      problem(every10s().stopAtFirstFailure(), script.job("j" + i, "FAIL"));
    }
  }

  // What its caller ends

  /** At any moment, and whichever way a thread waits. */
  @Test
  void anInterruptedCallThrowsOrKeepsTheFlagAndPollsNoMore() throws Exception {
    Random random = new Random(3);
    int interrupted = 0;
    for (int round = 0; round < 1_000; round++) {
      CompletableFuture<String> end = new CompletableFuture<>();
      JobRef one = script.job("j", "RUNNING", "RUNNING", "SUCCESS");
      JobRef two = script.job("k", "RUNNING", "SUCCESS");
      int form = random.nextInt(3);
      Thread caller = new Thread(() -> end.complete(block(form, one, two)));
      caller.start();
      for (int i = random.nextInt(6); i > 0 && !end.isDone(); i--) {
        machine.time.advance(Duration.ofSeconds(10));
        Thread.yield();
      }
      caller.interrupt();
      while (!end.isDone()) {
        machine.time.advance(Duration.ofSeconds(10));
        Thread.yield();
      }
      assertThat(end.join()).isIn("interrupted, flag false", "done, flag true", "done, flag false");
      interrupted += end.join().startsWith("interrupted") ? 1 : 0;
      caller.join(20_000);
    }
    assertThat(interrupted).isPositive();
    assertNoMorePolls(0);
  }

  private String block(int form, JobRef one, JobRef two) {
    WaitOptions options = every10s().build();
    try {
      switch (form) {
        case 0 -> client.awaitOutcome(one, options);
        case 1 -> client.waitForAll(List.of(one, two), options);
        default -> client.resumeOutcome(client.newToken(one, options));
      }
      return "done, flag " + Thread.currentThread().isInterrupted();
    } catch (InterruptedException e) {
      return "interrupted, flag " + Thread.currentThread().isInterrupted();
    }
  }

  @Test
  void aFutureThatItsCallerCompletesOrTimesOutHasThatResult() {
    List<JobRef> jobs = List.of(jobs(2, -1));
    CompletableFuture<List<WaitOutcome>> completed =
        client.waitForAllAsync(jobs, every10s().build());
    assertThat(completed.complete(List.of())).isTrue();
    assertThat(completed).isCompletedWithValue(List.of());
    CompletableFuture<List<WaitOutcome>> timed =
        client.waitForAllAsync(jobs, every10s().build()).orTimeout(1, TimeUnit.MILLISECONDS);
    assertThat(catchThrowable(() -> timed.get(20, TimeUnit.SECONDS)))
        .hasCauseInstanceOf(TimeoutException.class);
    assertNoMorePolls(0);
  }

  @Test
  void aFutureThatIsCancelledEndsItsWaitsBeforeItsDependentsRun() {
    CompletableFuture<List<WaitOutcome>> all =
        client.waitForAllAsync(List.of(jobs(1, -1)), every10s().build());
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
    assertThat(ends).isEmpty();
  }

  // Siblings, which share the polls of a job at one place

  private void succeed(List<CompletableFuture<Job>> waits) throws Exception {
    machine.time.await(waits.toArray(CompletableFuture<?>[]::new));
    for (CompletableFuture<Job> wait : waits) {
      assertThat(wait.get().status()).isEqualTo(JobStatus.SUCCESS);
    }
  }

  @Test
  void tenThousandWaitsAtTheSamePlacePollOnce() throws Exception {
    JobRef job = script.job("j", "SUCCESS");
    JobsClient ims = client.with(JobsService.IMS, ScriptedClient.ENDPOINT);
    JobsClient again = ims.with(JobsService.ECS, ScriptedClient.ENDPOINT + "/");
    List<CompletableFuture<Job>> waits = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      waits.add(client.waitForCompletionAsync(job));
      waits.add(ims.waitForCompletionAsync(job));
      waits.add(again.waitForCompletionAsync(job));
      waits.add(again.resumeAsync(client.newToken(job, WaitOptions.defaults())));
    }
    succeed(waits);
    assertThat(script.urls).containsExactly(ScriptedClient.ENDPOINT + "/v1/p/jobs/j");
  }

  @Test
  void waitsAtOtherPlacesAndOfOtherClientsDoNotShare() throws Exception {
    JobRef job = script.job("j", "SUCCESS");
    JobsClient elsewhere = client.with(JobsService.ECS, "https://ecs2.example");
    JobsClient base = client.with(JobsService.ECS, ScriptedClient.ENDPOINT + "/base");
    JobsClient elb = client.with(JobsService.ELB_V1, ScriptedClient.ENDPOINT);
    succeed(
        List.of(
            client.waitForCompletionAsync(job),
            client.waitForCompletionAsync(new JobRef("p2", "j", START)),
            elsewhere.waitForCompletionAsync(job),
            base.waitForCompletionAsync(job),
            elb.waitForCompletionAsync(job)));
    try (ScriptedClient other = new ScriptedClient(START, script)) {
      other.run(() -> other.client.waitForCompletion(job));
    }
    assertThat(script.urls)
        .containsExactlyInAnyOrder(
            ScriptedClient.ENDPOINT + "/v1/p/jobs/j",
            ScriptedClient.ENDPOINT + "/v1/p2/jobs/j",
            "https://ecs2.example/v1/p/jobs/j",
            ScriptedClient.ENDPOINT + "/base/v1/p/jobs/j",
            ScriptedClient.ENDPOINT + "/v1.0/p/jobs/j",
            ScriptedClient.ENDPOINT + "/v1/p/jobs/j");
  }
}
