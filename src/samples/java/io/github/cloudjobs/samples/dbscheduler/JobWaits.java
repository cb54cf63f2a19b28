package io.github.cloudjobs.samples.dbscheduler;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler.OnCompleteRemove;
import com.github.kagkarlsson.scheduler.task.FailureHandler.OnFailureRetryLater;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;

/** Waits as executions of a db-scheduler task: a row for each, which any process polls for. */
final class JobWaits {
  // begin
  /** The data is a token: where the wait stands. */
  static final TaskDescriptor<String> AWAIT_JOB = TaskDescriptor.of("await-job", String.class);

  // end

  private JobWaits() {}

  /** Begins a wait; one that goes on already is left alone. */
  static void begin(SchedulerClient scheduler, JobsClient ecs, JobRef job, WaitOptions options) {
    // begin
    WaitToken token = ecs.newToken(job, options);
    scheduler.scheduleIfNotExists(
        AWAIT_JOB.instance(job.jobId()).data(token.text()).scheduledTo(Instant.now()));
    // end
  }

  /** One poll; then the time of the next one, or the end. */
  static Task<String> task(JobsClient ecs, JobEnds ends) {
    // begin
    return Tasks.custom(AWAIT_JOB)
        .onFailure(new OnFailureRetryLater<>(Duration.ofSeconds(30))) // say, the table was locked
        .execute(
            (wait, context) -> {
              PollStep step = ecs.pollOnce(new WaitToken(wait.getData()));
              if (step instanceof PollStep.Again again) {
                return (poll, row) -> row.reschedule(poll, again.at(), again.token().text());
              }
              ends.record(wait.getId(), step);
              return new OnCompleteRemove<>();
            });
    // end
  }

  /** What each process runs. */
  static Scheduler scheduler(DataSource database, String name, Task<String> task) {
    // begin
    return Scheduler.create(database, task)
        .schedulerName(new SchedulerName.Fixed(name)) // of its own for each process
        .pollUsingLockAndFetch(0.5, 4)
        .pollingInterval(Duration.ofSeconds(1)) // how late a poll may be
        .threads(10) // polls at once
        .heartbeatInterval(Duration.ofSeconds(1)) // after four without one a process is dead
        .missedHeartbeatsLimit(4)
        .build();
    // end
  }
}
