package app;

import com.huaweicloud.sdk.ecs.v2.EcsClient;
import com.huaweicloud.sdk.ecs.v2.model.CreateServersRequest;
import com.huaweicloud.sdk.ecs.v2.model.CreateServersRequestBody;
import com.huaweicloud.sdk.ecs.v2.model.PrePaidServer;
import com.huaweicloud.sdk.ecs.v2.model.PrePaidServerNic;
import com.huaweicloud.sdk.ecs.v2.model.PrePaidServerRootVolume;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Submits jobs, and returns them. */
@RestController
class ServersController {
  /** The servers to create. */
  record NewServers(
      String name, int count, String image, String flavor, String network, String subnet) {}

  private final EcsClient sdk;
  private final JobsClient ecs;
  private final JobWaits waits;
  private final WaitOptions options;
  private final String projectId;

  ServersController(
      EcsClient sdk,
      JobsClient ecs,
      JobWaits waits,
      WaitOptions options,
      @Value("${HUAWEICLOUD_SDK_PROJECT_ID}") String projectId) {
    this.sdk = sdk;
    this.ecs = ecs;
    this.waits = waits;
    this.options = options;
    this.projectId = projectId;
  }

  @PostMapping("/servers")
  @ResponseStatus(HttpStatus.ACCEPTED)
  JobRef create(@RequestBody NewServers servers) {
    PrePaidServer server =
        new PrePaidServer()
            .withName(servers.name())
            .withCount(servers.count())
            .withImageRef(servers.image())
            .withFlavorRef(servers.flavor())
            .withVpcid(servers.network())
            .withNics(List.of(new PrePaidServerNic().withSubnetId(servers.subnet())))
            .withRootVolume(
                new PrePaidServerRootVolume()
                    .withVolumetype(PrePaidServerRootVolume.VolumetypeEnum.SSD));
    Instant submittedAt = Instant.now();
    String jobId =
        sdk.createServers(
                new CreateServersRequest()
                    .withBody(new CreateServersRequestBody().withServer(server)))
            .getJobId();
    JobRef job = new JobRef(projectId, jobId, submittedAt);
    waits.begin(job);
    return job;
  }

  @GetMapping("/jobs/{jobId}")
  Job job(@PathVariable String jobId) {
    return ecs.pollJob(projectId, jobId);
  }

  // begin
  @GetMapping("/jobs/{jobId}/end")
  CompletableFuture<ResponseEntity<Job>> end(@PathVariable String jobId) {
    return ecs.awaitOutcomeAsync(new JobRef(projectId, jobId), options).thenApply(this::response);
  }

  private ResponseEntity<Job> response(WaitOutcome outcome) {
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      return ResponseEntity.ok(succeeded.job());
    }
    if (outcome instanceof WaitOutcome.Failed failed) {
      return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body(failed.job());
    }
    if (outcome instanceof WaitOutcome.TimedOut timedOut) {
      return ResponseEntity.status(HttpStatus.GATEWAY_TIMEOUT).body(timedOut.lastJob());
    }
    return ResponseEntity.notFound().build(); // the service does not know the job
  }

  // end

  @ExceptionHandler(JobNotFoundException.class)
  @ResponseStatus(HttpStatus.NOT_FOUND)
  void unknownJob() {}
}
