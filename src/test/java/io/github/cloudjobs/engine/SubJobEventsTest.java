package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubJobEventsTest {
  private final EngineFixture rig = new EngineFixture();
  private final RecordingListener scribe = new RecordingListener();

  @Test
  void theFirstAnswerTellsOfEverySubJobAndId() {
    hear(batch("ODD", sub("a", "RUNNING", "i-1"), sub("b", "INIT", "")));
    assertThat(scribe.calls)
        .containsExactly(
            "unknown ODD",
            "sub-job a null to RUNNING",
            "sub-job b null to INIT",
            "new {server_id=[i-1]}",
            "job ODD 0/2 sub-jobs 00:00");
  }

  @Test
  void anAnswerTellsOfTheJobThenOfItsSubJobsThenOfIdsThenOfAllAndThenOfTheEnd() {
    hear(
        batch("INIT", sub("a", "INIT", ""), sub("b", "INIT", "")),
        batch("SUCCESS", sub("a", "SUCCESS", "i-1"), sub("b", "FAIL", "i-2")));
    assertThat(scribe.calls.subList(3, scribe.calls.size()))
        .containsExactly(
            "INIT to SUCCESS",
            "sub-job a INIT to SUCCESS",
            "sub-job b INIT to FAIL",
            "new {server_id=[i-1, i-2]}",
            "job SUCCESS 2/2 sub-jobs 00:10",
            "end Succeeded");
  }

  @Test
  void anEqualAnswerTellsNothingNew() {
    Job job = batch("RUNNING", sub("a", "RUNNING", "i-1"));
    hear(job, batch("RUNNING", sub("a", "RUNNING", "i-1")), job);
    assertThat(scribe.calls.subList(2, scribe.calls.size()))
        .containsExactly(
            "job RUNNING 0/1 sub-jobs 00:00",
            "job RUNNING 0/1 sub-jobs 00:10",
            "job RUNNING 0/1 sub-jobs 00:20");
  }

  @Test
  void anErrorInBetweenForgetsNothing() {
    Job job = batch("RUNNING", sub("a", "RUNNING", "i-1"));
    rig.start(
        rig.polls(Reply.job(job), Reply.error(Answers.lost()), Reply.job(job)),
        every10s().addListener(scribe));
    rig.timer.advance(seconds(20));
    assertThat(scribe.calls.subList(3, scribe.calls.size()))
        .containsExactly("borne 1", "job RUNNING 0/1 sub-jobs 00:20");
  }

  @Test
  void eachOfTwoWaitsForOneJobHearsAllOfIt() {
    RecordingListener other = new RecordingListener();
    ScriptedPolls polls =
        rig.polls(
            Reply.job(batch("RUNNING", sub("a", "INIT", ""))),
            Reply.job(batch("RUNNING", sub("a", "FAIL", "i-1"))));
    rig.start(polls, every10s().addListener(scribe));
    rig.timer.advance(seconds(5));
    rig.start(polls, every10s().addListener(other));
    rig.timer.advance(seconds(10));
    assertThat(scribe.calls).contains("sub-job a INIT to FAIL", "new {server_id=[i-1]}");
    assertThat(other.calls).contains("sub-job a null to FAIL", "new {server_id=[i-1]}");
  }

  private void hear(Job... answers) {
    List<Reply> replies = new ArrayList<>();
    for (Job answer : answers) {
      replies.add(Reply.job(answer));
    }
    rig.start(rig.polls(replies.toArray(Reply[]::new)), every10s().addListener(scribe));
    rig.timer.advance(seconds(10L * (answers.length - 1)));
  }

  // Stopping early

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'status':'FAIL','fail_reason':'no room'}",
        "{'status':'SUCCESS','sub_jobs':[{'status':'failed','fail_reason':'no room'}]}",
        "{'sub_jobs':[{'sub_jobs':[{},{'sub_jobs':[{'status':'FAIL','fail_reason':'no room'}]}]}]}",
        "{'status':'RUNNING'},{'status':'FAIL','fail_reason':'no room'}"
      })
  void aSubJobThatFailedEndsAWaitThatIsToStopThen(String subJobs) {
    Job failing = batch("RUNNING", subJobs);
    CompletableFuture<WaitTermination> wait =
        rig.start(
            rig.polls(Reply.job(batch("RUNNING", "{}")), Reply.job(failing)),
            every10s().stopOnSubJobFailure().addListener(scribe));
    rig.timer.runUntilIdle();
    assertThat(rig.timer.now()).isEqualTo(seconds(10));
    assertThat(wait.join().outcomeOrThrow()).isEqualTo(new WaitOutcome.Failed(failing));
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(wait.join()::jobOrThrow)
        .withMessageStartingWith("a sub-job of job j-1 (RUNNING) failed")
        .withMessageContaining("no room")
        .satisfies(e -> assertThat(e.job().status()).isEqualTo(JobStatus.RUNNING))
        .satisfies(e -> assertThat(e.failures()).hasSize(1))
        .satisfies(e -> assertThat(e.token()).isNotNull());
    assertThat(scribe.calls).last().isEqualTo("end Failed");
    rig.assertIdle();
  }

  @Test
  void byDefaultTheJobItselfHasToFail() {
    Job failing = batch("RUNNING", sub("a", "FAIL", ""));
    CompletableFuture<WaitTermination> wait =
        rig.start(
            rig.polls(Reply.job(failing), Reply.job(batch("FAIL", sub("a", "FAIL", "")))),
            every10s());
    rig.timer.runUntilIdle();
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(wait.join()::jobOrThrow)
        .withMessageStartingWith("job j-1 (FAIL) failed");
    assertThat(wait.join().elapsed()).isEqualTo(seconds(10));
  }

  @Test
  void aJobThatSucceedsInSpiteOfASubJobSucceeds() {
    Job job = batch("SUCCESS", sub("a", "FAIL", ""));
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(Reply.job(job)), every10s().stopOnSubJobFailure());
    assertThat(wait.join().isSuccess()).isTrue();
  }

  @Test
  void aSubJobThatOnlyTellsAnErrorHasNotFailedYet() {
    Job job = batch("RUNNING", "{'status':'RUNNING','error_code':'Ecs.1'}");
    rig.start(rig.polls(Reply.job(job)), every10s().stopOnSubJobFailure().addListener(scribe));
    rig.timer.advance(seconds(10));
    assertThat(scribe.ends).isEmpty();
  }

  // Threads

  @Test
  void whateverAListenerHearsItHearsOneCallAtATime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      EngineFixture parallel = new EngineFixture(threads);
      List<String> trouble = Collections.synchronizedList(new ArrayList<>());
      List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ScriptedPolls polls =
            parallel.polls(
                Reply.job(batch("RUNNING", sub("a", "INIT", ""), sub("b", "INIT", ""))),
                Reply.job(batch("RUNNING", sub("a", "RUNNING", "i-1"), sub("b", "FAIL", "i-2"))),
                Reply.job(batch("SUCCESS", sub("a", "SUCCESS", "i-1"), sub("b", "FAIL", "i-2"))));
        waits.add(parallel.start(polls, every10s().addListener(new Alone(trouble))));
      }
      parallel.runUntilDone(waits);
      assertThat(trouble).isEmpty();
    } finally {
      threads.shutdown();
    }
  }

  /** Complains if it is called while it is being called. */
  private static final class Alone implements WaitListener {
    private final AtomicBoolean inside = new AtomicBoolean();
    private final List<String> trouble;

    Alone(List<String> trouble) {
      this.trouble = trouble;
    }

    private void visit(String what) {
      if (!inside.compareAndSet(false, true)) {
        trouble.add(what + " beside another");
      }
      Thread.yield();
      inside.set(false);
    }

    @Override
    public void onSubJobChange(JobStatus before, SubJob subJob, WaitProgress progress) {
      visit("a sub-job");
    }

    @Override
    public void onResources(Map<String, List<String>> ids, WaitProgress progress) {
      visit("an id");
    }

    @Override
    public void onProgress(WaitProgress progress) {
      visit("progress");
    }

    @Override
    public void onEnd(WaitResult result) {
      visit("the end");
    }
  }

  private static String sub(String id, String status, String server) {
    return "{'job_id':'%s','status':'%s','entities':{'server_id':'%s'}}"
        .formatted(id, status, server);
  }

  private static Job batch(String status, String... subJobs) {
    String json =
        "{'status':'" + status + "','entities':{'sub_jobs':[" + String.join(",", subJobs) + "]}}";
    return Job.fromJson(json.replace('\'', '"'));
  }
}
