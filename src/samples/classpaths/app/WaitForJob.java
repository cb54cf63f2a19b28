package app;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * Waits for a job on loopback, then makes a call with each other library named in the arguments.
 * Fails if the class path holds a class of OkHttp, Okio or Jackson twice.
 */
final class WaitForJob {
  static final String ACCESS_KEY = "AKAKAKAKAKAKAKAKAKAK";
  static final String SECRET_KEY = "good-on-loopback-only";

  /** A call with another library to the service, about a job that has ended. */
  interface OtherLibrary {
    void call(SimulatedJobs service, JobsClient client, JobRef job) throws Exception;
  }

  public static void main(String[] others) throws Exception {
    Credentials key = Credentials.accessKey(ACCESS_KEY, SECRET_KEY);
    try (SimulatedJobs service = SimulatedJobs.builder().credentials(key).timeScale(60).start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(service.endpoint())
                .credentials(key)
                .build()) {
      JobRef ref = service.submit(SimulatedJob.createServer(2));
      WaitOptions options =
          WaitOptions.builder()
              .schedule(PollSchedule.fixed(Duration.ofMillis(100)))
              .timeout(Duration.ofSeconds(20))
              .build();
      Job done = client.waitForCompletion(ref, options);
      require(done.ids("server_id").size() == 2, "two servers: " + done);
      for (String other : others) {
        Class.forName("app." + other)
            .asSubclass(OtherLibrary.class)
            .getDeclaredConstructor()
            .newInstance()
            .call(service, client, ref);
      }
    }
    requireOneCopy("okhttp3/OkHttpClient.class");
    requireOneCopy("okio/Okio.class");
    requireOneCopy("com/fasterxml/jackson/databind/ObjectMapper.class");
    System.exit(0); // idle threads of OkHttp clients would keep the JVM alive for a minute
  }

  private static void requireOneCopy(String resource) throws Exception {
    List<URL> copies = Collections.list(WaitForJob.class.getClassLoader().getResources(resource));
    require(copies.size() == 1, "one copy of " + resource + ": " + copies);
  }

  static void require(boolean condition, String expected) {
    if (!condition) {
      throw new IllegalStateException("Expected " + expected);
    }
  }
}
