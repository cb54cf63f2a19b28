package io.github.cloudjobs.samples.temporal;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitToken;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Polls once for each attempt; the engine retries when the token says. */
final class PollingJobWaits implements JobWaits {
  private final JobsClient ecs;
  private final Clock clock;

  /**
   * @param clock the client's
   */
  PollingJobWaits(JobsClient ecs, Clock clock) {
    this.ecs = ecs;
    this.clock = clock;
  }

  // begin
  @Override
  public List<String> awaitServers(String token) {
    ActivityExecutionContext attempt = Activity.getExecutionContext();
    WaitToken kept = new WaitToken(attempt.getHeartbeatDetails(String.class).orElse(token));
    PollStep step = ecs.pollOnce(kept);
    if (step instanceof PollStep.Again again) {
      attempt.heartbeat(again.token().text()); // what the next attempt finds
      throw ApplicationFailure.newBuilder()
          .setType("Again")
          .setMessage("the job has not ended yet")
          .setNextRetryDelay(Duration.between(clock.instant(), again.at()))
          .setCategory(ApplicationErrorCategory.BENIGN) // no warning in the log for each poll
          .build();
    }
    if (step instanceof PollStep.Failed failed) {
      JobsException reason = failed.reason();
      throw ApplicationFailure.newNonRetryableFailure(
          reason.getMessage(), reason.getClass().getSimpleName());
    }
    return ((PollStep.Done) step).job().ids("server_id");
  }
  // end
}
