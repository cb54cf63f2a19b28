package io.github.cloudjobs.samples;

// begin
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrdersTest {
  final VirtualTime time = new VirtualTime();
  final SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
  final JobsClient ecs =
      JobsClient.builder()
          .service(JobsService.ECS)
          .endpoint(cloud.endpoint())
          .credentials(cloud.credentials())
          .clock(time.clock())
          .build();

  @AfterEach
  void close() {
    ecs.close();
    cloud.close();
  }

  @Test
  void aJobThatFails() throws Exception {
    JobRef job = cloud.submit(SimulatedJob.createServerFailing(2)); // the second server fails
    WaitOutcome outcome = time.run(() -> ecs.awaitOutcome(job));
    assertThat(outcome).isInstanceOf(WaitOutcome.Failed.class);
  }

  @Test
  void aJobThatFailsWithAReasonOfMyOwn() throws Exception {
    SimulatedJob script =
        SimulatedJob.builder(SimulatedService.ECS, "createServer")
            .running(Duration.ofMinutes(3))
            .fails("Ecs.0319", "flavor sold out")
            .build();
    JobRef job = cloud.submit(script);
    WaitOutcome outcome = time.run(() -> ecs.awaitOutcome(job));
    assertThat(((WaitOutcome.Failed) outcome).job().errorCode()).isEqualTo("Ecs.0319");
  }

  @Test
  void aJobThatVanishes() throws Exception {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    cloud.inject(job, 1, Fault.vanished()); // from its next poll on: 404
    WaitOutcome outcome = time.run(() -> ecs.awaitOutcome(job));
    assertThat(outcome).isInstanceOf(WaitOutcome.Vanished.class);
  }

  @Test
  void aJobThatNeverEnds() throws Exception {
    SimulatedJob script =
        SimulatedJob.builder(SimulatedService.ECS, "createServer").neverEnds().build();
    JobRef job = cloud.submit(script);
    WaitOutcome outcome = time.run(() -> ecs.awaitOutcome(job)); // an hour, in milliseconds
    assertThat(outcome).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(time.elapsed()).isGreaterThanOrEqualTo(Duration.ofHours(1));
  }

  @Test
  void pollsThatAreThrottledOrLost() throws Exception {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    cloud.inject(job, 2, Fault.throttled(Duration.ofSeconds(20)));
    cloud.inject(job, 1, Fault.badGateway());
    cloud.inject(job, 1, Fault.dropped());
    WaitOutcome outcome = time.run(() -> ecs.awaitOutcome(job));
    assertThat(outcome).isInstanceOf(WaitOutcome.Succeeded.class);
  }

  @Test
  void aKeyThatIsRevoked() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    cloud.revoke(cloud.credentials());
    assertThatThrownBy(() -> time.run(() -> ecs.awaitOutcome(job)))
        .isInstanceOf(JobPollException.class)
        .hasCauseInstanceOf(AuthenticationException.class);
  }
}
// end
