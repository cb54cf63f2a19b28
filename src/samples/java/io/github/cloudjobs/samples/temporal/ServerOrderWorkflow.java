package io.github.cloudjobs.samples.temporal;

import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;

/** One activity, however long the job takes: nothing here polls, so the history stays short. */
public final class ServerOrderWorkflow implements ServerOrder {
  // begin
  private final JobWaits waits =
      Workflow.newActivityStub(
          JobWaits.class,
          ActivityOptions.newBuilder()
              .setStartToCloseTimeout(Duration.ofMinutes(1)) // one poll; then its worker is dead
              .setRetryOptions(
                  RetryOptions.newBuilder()
                      .setInitialInterval(
                          Duration.ofSeconds(1)) // after a death; else the token says
                      .setBackoffCoefficient(1)
                      .setDoNotRetry(IllegalArgumentException.class.getName()) // no token of ours
                      .build())
              .build());

  @Override
  public List<String> follow(String token) {
    return waits.awaitServers(token);
  }
  // end
}
