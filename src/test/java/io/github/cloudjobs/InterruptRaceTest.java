package io.github.cloudjobs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that block for a job, and are interrupted at any moment. */
@Timeout(60)
class InterruptRaceTest {
  private static final int ROUNDS = 1_000;
  private static final WaitOptions EVERY_SECOND =
      WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(1))).build();

  private final Machine.Script script = new Machine.Script();

  @Test
  void anInterruptedCallThrowsOrKeepsTheFlagAndPollsNoMore() throws Exception {
    Random random = new Random(3);
    try (Machine machine = new Machine(Machine.START, script)) {
      int[] ends = new int[2];
      for (int round = 0; round < ROUNDS; round++) {
        CompletableFuture<String> end = new CompletableFuture<>();
        int form = random.nextInt(4);
        script.job("j", "RUNNING", "RUNNING", "SUCCESS");
        script.job("k", "RUNNING", "SUCCESS");
        Thread caller = new Thread(() -> end.complete(wait(machine.client, form)));
        caller.start();
        for (int i = random.nextInt(6); i > 0 && !end.isDone(); i--) {
          machine.time.advance(Duration.ofSeconds(1));
          Thread.yield();
        }
        caller.interrupt();
        while (!end.isDone()) {
          machine.time.advance(Duration.ofSeconds(1));
          Thread.yield();
        }
        String result = end.get(20, SECONDS);
        assertThat(result).isIn("interrupted, flag false", "done, flag true", "done, flag false");
        ends[result.startsWith("done") ? 1 : 0]++;
        caller.join(20_000);
      }
      assertThat(ends[0]).as("interrupted").isPositive();
      int made = machine.polls.size();
      machine.time.advance(Duration.ofHours(2));
      assertThat(machine.polls).as("polls of interrupted waits").hasSize(made);
    }
  }

  private static String wait(JobsClient client, int form) {
    JobRef job = new JobRef("p", "j");
    try {
      switch (form) {
        case 0 -> client.waitForCompletion(job, EVERY_SECOND);
        case 1 -> client.awaitOutcome(job, EVERY_SECOND);
        case 2 -> client.waitForAll(List.of(job, new JobRef("p", "k")), EVERY_SECOND);
        default -> client.resume(client.newToken(job, EVERY_SECOND));
      }
    } catch (InterruptedException e) {
      return "interrupted, flag " + Thread.currentThread().isInterrupted();
    } catch (JobWaitTimeoutException expected) {
      // here time does not wait for answers
    } catch (RuntimeException e) {
      return e.toString();
    }
    return "done, flag " + Thread.currentThread().isInterrupted();
  }
}
