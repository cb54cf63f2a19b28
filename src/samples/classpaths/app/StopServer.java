package app;

// begin
import com.huaweicloud.sdk.ecs.v2.EcsClient;
import com.huaweicloud.sdk.ecs.v2.model.BatchStopServersRequest;
import com.huaweicloud.sdk.ecs.v2.model.ServerId;
import com.huaweicloud.sdk.ecs.v2.region.EcsRegion;
import io.github.cloudjobs.Cloud;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.model.Job;
import java.util.List;

public class StopServer {
  public static void main(String[] args) throws InterruptedException {
    String projectId = System.getenv("HUAWEICLOUD_SDK_PROJECT_ID"); // and _AK and _SK, for both
    EcsClient sdk = EcsClient.newBuilder().withRegion(EcsRegion.AP_SOUTHEAST_3).build();
    try (JobsClient jobs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .region("ap-southeast-3", Cloud.HUAWEI_CLOUD)
            .credentials(CredentialsProvider.defaultChain())
            .build()) {
      System.out.println(stop(sdk, jobs, projectId, args[0]).describe());
    }
  }

  static Job stop(EcsClient sdk, JobsClient jobs, String projectId, String serverId)
      throws InterruptedException {
    ServerId server = new ServerId().withId(serverId);
    BatchStopServersRequest request =
        new BatchStopServersRequest()
            .withBody(body -> body.withOsStop(stop -> stop.withServers(List.of(server))));
    String jobId = sdk.batchStopServers(request).getJobId(); // submit
    return jobs.waitForCompletion(projectId, jobId); // wait
  }
}
// end
