package io.github.cloudjobs;

import static io.github.cloudjobs.ScriptedClient.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.error.AuthenticationException;
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
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Waits that go on in another client, as in another process, in virtual time. */
class ResumeTest {
  private static final JobRef JOB = new JobRef("p", "j", START.minusSeconds(20));
  private static final WaitOptions EVERY_10_S =
      WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(10))).build();

  private final ScriptedClient.Script script = new ScriptedClient.Script();

  private ScriptedClient machine(int second) {
    return new ScriptedClient(START.plusSeconds(second), script);
  }

  private static <T extends JobWaitException> T end(
      Class<T> by, ScriptedClient machine, WaitOptions options) {
    return catchThrowableOfType(
        by, () -> machine.run(() -> machine.client.waitForCompletion(JOB, options)));
  }

  @Test
  void anotherClientGoesOnWhereAClosedOneStopped() throws Exception {
    script.job("j", "RUNNING");
    WaitToken[] token = {null};
    try (ScriptedClient first = machine(0)) {
      CompletableFuture<Void> polledTwice = new CompletableFuture<>();
      WaitListener listener =
          progress -> {
            if (progress.polls() == 2) {
              polledTwice.complete(null);
            }
          };
      CompletableFuture<Job> wait =
          first.client.waitForCompletionAsync(
              JOB, EVERY_10_S.toBuilder().addListener(listener).build());
      first.time.await(polledTwice);
      first.client.close();
      assertThat(first.polls).containsExactly(START, START.plusSeconds(10));
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(wait::join)
          .satisfies(e -> token[0] = ((JobPollException) e.getCause()).token());
    }
    script.job("j", "RUNNING", "SUCCESS");
    try (ScriptedClient next = machine(13)) {
      List<Integer> polls = new ArrayList<>();
      next.run(() -> next.client.resume(token[0], progress -> polls.add(progress.polls())));
      assertThat(next.polls).containsExactly(START.plusSeconds(20), START.plusSeconds(30));
      assertThat(polls).containsExactly(3, 4);
    }
  }

  @Test
  void stepByStepItPollsAtTheSameTimes() throws Exception {
    script.job("j", "RUNNING", "502", "SUCCESS");
    try (ScriptedClient machine = machine(0)) {
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

  @Test
  void theDeadlineStaysWhatItWasAndALateWaitPollsOnce() throws Exception {
    script.job("j", "RUNNING");
    WaitToken token;
    try (ScriptedClient first = machine(0)) {
      WaitOptions options = WaitOptions.builder().timeout(Duration.ofSeconds(100)).build();
      token = first.client.newToken(new JobRef("p", "j"), options);
    }
    for (int second : new int[] {60, 1_000_000}) {
      try (ScriptedClient next = machine(second)) {
        Duration elapsed = Duration.ofSeconds(Math.max(100, second));
        assertThatExceptionOfType(JobWaitTimeoutException.class)
            .isThrownBy(() -> next.run(() -> next.client.resume(token)))
            .satisfies(e -> assertThat(e.elapsed()).isEqualTo(elapsed))
            .satisfies(e -> assertThat(e.polls()).isEqualTo(next.polls.size()));
        assertThat(next.polls)
            .startsWith(START.plusSeconds(second))
            .endsWith(START.plus(elapsed))
            .doesNotHaveDuplicates();
        assertThat(((PollStep.Failed) next.client.pollOnce(token)).reason())
            .isInstanceOf(JobWaitTimeoutException.class);
      }
    }
  }

  @Test
  void aTimeoutIsResumedWithAnotherDeadline() throws Exception {
    script.job("j", "RUNNING");
    try (ScriptedClient machine = machine(0)) {
      WaitOptions.Builder options = EVERY_10_S.toBuilder().timeout(Duration.ofSeconds(30));
      WaitToken token = end(JobWaitTimeoutException.class, machine, options.build()).token();
      List<String> progress = new ArrayList<>();
      options.addListener(each -> progress.add(each.toString()));
      machine.time.advance(Duration.ofSeconds(10));
      script.job("j", "RUNNING", "SUCCESS");
      machine.run(() -> machine.client.resume(token, options.build()));
      assertThat(progress).containsExactly("job RUNNING 00:40", "job SUCCESS 00:50");
    }
  }

  @Test
  void everyEndHasATokenThatResumesTheWait() throws Exception {
    try (ScriptedClient machine = machine(0)) {
      List<WaitToken> tokens = new ArrayList<>();
      script.job("j", "FAIL");
      tokens.add(end(JobFailedException.class, machine, EVERY_10_S).token());
      WaitToken begun = machine.client.newToken(JOB, EVERY_10_S);
      assertThat(machine.run(() -> machine.client.resumeOutcome(begun)))
          .isInstanceOf(WaitOutcome.Failed.class);
      script.job("j", "403");
      tokens.add(end(JobPollException.class, machine, EVERY_10_S).token());
      script.job("j", "RUNNING");
      WaitOptions once = WaitOptions.builder().timeout(Duration.ZERO).build();
      WaitOutcome outcome = machine.run(() -> machine.client.awaitOutcome(JOB, once));
      tokens.add(((WaitOutcome.TimedOut) outcome).token());
      script.job("j", "401");
      JobWaitException refused = end(JobPollException.class, machine, EVERY_10_S);
      assertThat(refused).hasCauseInstanceOf(AuthenticationException.class);
      tokens.add(refused.token());
      JobWaitException step = ((PollStep.Failed) machine.client.pollOnce(begun)).reason();
      assertThat(step).hasCauseInstanceOf(AuthenticationException.class);
      tokens.add(step.token());
      script.job("j", "SUCCESS");
      for (WaitToken token : tokens) {
        assertThat(machine.run(() -> machine.client.resume(token)).status())
            .isEqualTo(JobStatus.SUCCESS);
      }
    }
  }
}
