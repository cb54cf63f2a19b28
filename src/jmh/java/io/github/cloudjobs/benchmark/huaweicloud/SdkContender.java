package io.github.cloudjobs.benchmark.huaweicloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import com.huaweicloud.sdk.core.utils.JsonUtils;
import com.huaweicloud.sdk.ecs.v2.EcsClient;
import com.huaweicloud.sdk.ecs.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ecs.v2.model.ShowJobResponse;
import io.github.cloudjobs.benchmark.harness.Bodies;
import io.github.cloudjobs.benchmark.harness.Contender;
import io.github.cloudjobs.benchmark.harness.Operation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** The vendor's SDK for Java. */
public final class SdkContender implements Contender {
  @Override
  public Operation prepare(String operation, List<String> arguments) throws IOException {
    return switch (operation) {
      case "sign" -> sign();
      case "decode" -> {
        String body = new String(Bodies.named(arguments.get(0)), UTF_8);
        yield Operation.repeated(() -> JsonUtils.toObject(body, ShowJobResponse.class));
      }
      case "poll" -> Operation.repeated(Integer.parseInt(arguments.get(1)), poll(arguments.get(0)));
      case "first-job" -> Operation.repeated(() -> poll(arguments.get(0)).call());
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static Operation sign() {
    BasicCredentials credentials = credentials();
    String jobId = Bodies.jobId(1);
    return Operation.repeated(
        () -> {
          HttpRequest request =
              HttpRequest.newBuilder()
                  .withMethod(HttpMethod.GET)
                  .withEndpoint("https://ecs.eu-de.otc.t-systems.com")
                  .withPath("/v1/{project_id}/jobs/{job_id}")
                  .addPathParam("project_id", Bodies.PROJECT)
                  .addPathParam("job_id", jobId)
                  .build();
          return request
              .builder()
              .addHeaders(AKSKSigner.getInstance().sign(request, credentials))
              .build();
        });
  }

  private static Callable<?> poll(String endpoint) {
    EcsClient client =
        EcsClient.newBuilder()
            .withCredential(credentials())
            .withEndpoint(endpoint)
            .withHttpConfig(HttpConfig.getDefaultHttpConfig().withIgnoreSSLVerification(true))
            .build();
    String jobId = Bodies.jobId(1);
    return () -> client.showJob(new ShowJobRequest().withJobId(jobId)).getStatus();
  }

  private static BasicCredentials credentials() {
    return new BasicCredentials()
        .withAk("AKEXAMPLE00000000001")
        .withSk("an-invented-secret-that-opens-nothing-01")
        .withProjectId(Bodies.PROJECT);
  }
}
