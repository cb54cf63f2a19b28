package app;

import com.huaweicloud.sdk.ecs.v2.EcsClient;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.model.JobsModule;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Creates servers with the official SDK, and waits for the jobs. */
@SpringBootApplication
class Application {
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }

  /** The official SDK, which submits. It reads key and project from the environment. */
  @Bean
  EcsClient sdk(@Value("${ecs.sdk-endpoint}") String endpoint) {
    return EcsClient.newBuilder().withEndpoint(endpoint).build();
  }

  /** This library, which waits, with the same key from the same environment. */
  @Bean
  JobsClient ecs(@Value("${ecs.endpoint}") String endpoint) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(endpoint)
        .credentials(CredentialsProvider.environment())
        .build();
  }

  @Bean
  WaitOptions waitOptions(@Value("${ecs.poll-schedule}") String schedule) {
    return WaitOptions.builder().schedule(PollSchedule.parse(schedule)).build();
  }

  // begin
  /** Without it a controller that returns a {@code Job} responds with 406. */
  @Bean
  JobsModule jobsModule() {
    return new JobsModule();
  }
  // end
}
