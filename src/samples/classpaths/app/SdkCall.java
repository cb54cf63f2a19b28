package app;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.ecs.v2.EcsClient;
import com.huaweicloud.sdk.ecs.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ecs.v2.model.ShowJobResponse;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJobs;

/** Reads the job with the official SDK. */
final class SdkCall implements WaitForJob.OtherLibrary {
  @Override
  public void call(SimulatedJobs service, JobsClient client, JobRef job) {
    EcsClient ecs =
        EcsClient.newBuilder()
            .withCredential(
                new BasicCredentials()
                    .withAk(WaitForJob.ACCESS_KEY)
                    .withSk(WaitForJob.SECRET_KEY)
                    .withProjectId(service.projectId()))
            .withEndpoint(service.endpoint())
            .build();
    ShowJobResponse response = ecs.showJob(new ShowJobRequest().withJobId(job.jobId()));
    WaitForJob.require(
        response.getStatus() == ShowJobResponse.StatusEnum.SUCCESS,
        "SUCCESS from the SDK: " + response);
  }
}
