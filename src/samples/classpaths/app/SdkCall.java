package app;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.ecs.v2.EcsClient;
import com.huaweicloud.sdk.ecs.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ecs.v2.model.ShowJobResponse;
import com.sun.net.httpserver.HttpServer;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJobs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Reads the job with the official SDK, and runs the README's example with both. */
final class SdkCall implements WaitForJob.OtherLibrary {
  @Override
  public void call(SimulatedJobs service, JobsClient client, JobRef job) throws Exception {
    ShowJobResponse response =
        sdk(service, service.endpoint()).showJob(new ShowJobRequest().withJobId(job.jobId()));
    WaitForJob.require(
        response.getStatus() == ShowJobResponse.StatusEnum.SUCCESS,
        "SUCCESS from the SDK: " + response);

    HttpServer submissions = submissions(job);
    try {
      String endpoint = "http://127.0.0.1:" + submissions.getAddress().getPort();
      Job done = StopServer.stop(sdk(service, endpoint), client, job.projectId(), "server-1");
      WaitForJob.require(job.jobId().equals(done.jobId()), "the submitted job: " + done);
    } finally {
      submissions.stop(0);
    }
  }

  private static EcsClient sdk(SimulatedJobs service, String endpoint) {
    return EcsClient.newBuilder()
        .withCredential(
            new BasicCredentials()
                .withAk(WaitForJob.ACCESS_KEY)
                .withSk(WaitForJob.SECRET_KEY)
                .withProjectId(service.projectId()))
        .withEndpoint(endpoint)
        .build();
  }

  /** Accepts every submission, and returns the id of this job. */
  private static HttpServer submissions(JobRef job) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(loopback, 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = ("{\"job_id\":\"" + job.jobId() + "\"}").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }
}
