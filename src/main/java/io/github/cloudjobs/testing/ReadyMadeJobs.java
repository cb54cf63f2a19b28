package io.github.cloudjobs.testing;

import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.util.UUID;

/** The scripts behind {@link SimulatedJob}'s factories. Resource ids are new for every script. */
final class ReadyMadeJobs {
  private static final Duration INIT = Duration.ofSeconds(2);
  private static final Duration BETWEEN_SERVERS = Duration.ofSeconds(10);
  private static final Duration BEFORE_THE_FIRST_SERVER = Duration.ofSeconds(18);
  private static final Duration AFTER_THE_LAST_SERVER = Duration.ofSeconds(5);

  private ReadyMadeJobs() {}

  static SimulatedJob createServer(int servers, boolean lastFails) {
    if (servers < 1) {
      throw new IllegalArgumentException("servers must be 1 or more: " + servers);
    }
    SimulatedJobBuilder job = SimulatedJob.builder(SimulatedService.ECS, "createServer").init(INIT);
    Duration length = BEFORE_THE_FIRST_SERVER;
    for (int n = 1; n <= servers; n++) {
      length = length.plus(BETWEEN_SERVERS);
      job.subJob(INIT, singleServer(length, lastFails && n == servers, servers));
    }
    if (lastFails) {
      job.fails("Ecs.0204", "createServer-fail: 1 of " + servers + " sub-jobs failed");
    }
    return job.running(length.plus(AFTER_THE_LAST_SERVER)).build();
  }

  private static SimulatedJob singleServer(Duration length, boolean fails, int servers) {
    SimulatedJobBuilder job =
        SimulatedJob.builder(SimulatedService.ECS, "createSingleServer").running(length);
    if (!fails) {
      return job.entityAtEnd("server_id", UUID.randomUUID().toString()).build();
    }
    return job.fails(
            "Ecs.0204",
            "CreateServerWithRootVolumeAndDataVolumeTask-fail: quota exceeded",
            """
            {"forbidden": {"code": 403, "message": "Quota exceeded for instances: \
            Requested %d, but already used 200 of 200 instances"}}\
            """
                .formatted(servers))
        .build();
  }

  static SimulatedJob exportImage() {
    return SimulatedJob.builder(SimulatedService.IMS, "imsNativeExportImageJob")
        .init(Duration.ofSeconds(3))
        .running(Duration.ofMinutes(3))
        .processPercent()
        .entity("image_id", UUID.randomUUID().toString())
        .build();
  }

  static SimulatedJob deleteLoadBalancer() {
    return SimulatedJob.builder(SimulatedService.ELB_V1, "deleteELB")
        .init(Duration.ofSeconds(1))
        .running(Duration.ofSeconds(10))
        .spelling(JobStatus.RUNNING, "RUNNIGN")
        .entity("elb_id", UUID.randomUUID().toString().replace("-", ""))
        .build();
  }
}
