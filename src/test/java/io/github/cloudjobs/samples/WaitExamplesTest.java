package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.WaitOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what the guide says they do. */
class WaitExamplesTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final WaitExamples examples = new WaitExamples(lines::add);
  private final VirtualTime time = new VirtualTime();
  private final SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
  private final JobsClient ecs = client();

  private JobsClient client() {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(cloud.endpoint())
        .credentials(cloud.credentials())
        .clock(time.clock())
        .build();
  }

  @AfterEach
  void close() {
    ecs.close();
    cloud.close();
  }

  private JobRef servers(int count) {
    return cloud.submit(SimulatedJob.createServer(count));
  }

  /** What throws like an example. */
  private interface Call {
    void run() throws Exception;
  }

  private void run(Call call) throws Exception {
    time.run(
        () -> {
          call.run();
          return null;
        });
  }

  // One job

  @Test
  void waitsLogProgressFailuresAndAdvice() throws Exception {
    JobRef good = servers(1);
    run(() -> examples.waiting(ecs, good.projectId(), good.jobId(), null));
    assertThat(lines).anyMatch(line -> line.startsWith("createServer SUCCESS 1/1 sub-jobs"));
    JobRef bad = cloud.submit(SimulatedJob.createServerFailing(2));
    run(() -> examples.deciding(ecs, bad.projectId(), bad.jobId()));
    assertThat(lines).anyMatch(line -> line.contains("Quota exceeded"));
    cloud.inject(1, Fault.forbidden());
    assertThatExceptionOfType(JobsServiceException.class)
        .isThrownBy(() -> examples.logging(ecs, good.projectId(), good.jobId()));
    assertThat(lines)
        .last()
        .asString()
        .startsWith("APIGW.0302, request ")
        .endsWith("the permission");
  }

  @Test
  void aBatchIsSplitAndStored() throws Exception {
    Job job =
        Job.fromJson(
            """
            {"status": "FAIL", "entities": {"sub_jobs": [
              {"status": "SUCCESS", "entities": {"server_id": "s-1"}},
              {"status": "FAIL", "entities": {"server_id": "s-2", "volume_id": "v-2"}}]}}
            """);
    examples.batch(job);
    assertThat(lines).containsExactly("1 made, 1 lost, {server_id=[s-1, s-2], volume_id=[v-2]}");
    assertThat(examples.stored(new JobRef("p", "j"), job)).isEqualTo(job);
  }

  @Test
  void consoleMetersAndSpansReportWhatHappened() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build()) {
      Tracer tracer = tracers.get("jobs");
      PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
      JobRef job = servers(2);
      cloud.inject(job, 1, Fault.badGateway());
      cloud.inject(job, 1, Fault.throttled(Duration.ofSeconds(1)));
      Span order = tracer.spanBuilder("order").startSpan();
      try (Scope scope = order.makeCurrent()) {
        assertThat(scope).isNotNull();
        WaitOptions options = WaitExamples.listeners(out, meters, tracer);
        run(() -> ecs.waitForCompletion(job, options));
      }
      order.end();
      JobRef forbidden = servers(1);
      cloud.inject(forbidden, 1, Fault.forbidden());
      WaitOptions others = WaitExamples.listeners(out, meters, tracer);
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(() -> run(() -> ecs.waitForCompletion(forbidden, others)));
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains(forbidden.jobId() + " STOPPED: ");

      SpanData wait = spans.getFinishedSpanItems().get(0);
      assertThat(wait.getParentSpanId()).isEqualTo(order.getSpanContext().getSpanId());
      assertThat(wait.getStatus().getStatusCode()).isEqualTo(StatusCode.OK);
      assertThat(wait.getAttributes().asMap())
          .containsEntry(AttributeKey.stringKey("job.id"), job.jobId())
          .containsEntry(AttributeKey.stringKey("job.service"), "ECS")
          .containsKey(AttributeKey.longKey("job.polls"));
      assertThat(wait.getEvents())
          .extracting(EventData::getName)
          .contains("exception", "throttled", "RUNNING to SUCCESS");
      SpanData stopped = spans.getFinishedSpanItems().get(2);
      assertThat(stopped.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(stopped.getStatus().getDescription()).isEqualTo("Stopped");

      assertThat(meters.get("jobs.waits").tags("ending", "Succeeded").timer().count()).isOne();
      assertThat(meters.get("jobs.waits").tags("ending", "Stopped").timer().count()).isOne();
      assertThat(meters.get("jobs.polls").tags("result", "error").counter().count()).isOne();
      assertThat(meters.get("jobs.polls").tags("result", "throttled").counter().count()).isOne();
    }
  }

  // Many jobs

  @Test
  void manyWaitsReportEachEndAndTheFirstFailureEndsThem() throws Exception {
    List<JobRef> good = List.of(servers(1), servers(2));
    run(() -> examples.all(ecs, good));
    assertThat(lines).hasSize(3).endsWith("2 outcomes");
    JobRef bad = cloud.submit(SimulatedJob.createServerFailing(3));
    List<JobRef> jobs = List.of(servers(1), bad, servers(100));
    run(() -> examples.untilTheFirstFailure(ecs, jobs));
    assertThat(lines.get(3))
        .startsWith("1 succeeded before job " + bad.jobId() + " (FAIL) failed: ");
  }

  // Waits that outlive their process

  @Test
  void aWaitThatTimedOutIsResumed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("wait");
    JobRef job = servers(20);
    WaitOptions.Builder minute = WaitOptions.builder().timeout(Duration.ofMinutes(1));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(() -> run(() -> examples.keeping(ecs, job, file, minute)));
    assertThatExceptionOfType(JobWaitTimeoutException.class) // its deadline is what it was
        .isThrownBy(() -> run(() -> examples.goingOn(ecs, file)));
    run(() -> examples.keeping(ecs, job, file, WaitOptions.builder()));
    assertThat(time.run(() -> examples.goingOn(ecs, file)).status()).isEqualTo(JobStatus.SUCCESS);
  }

  @Test
  void closingTheClientSavesTheToken(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("wait");
    CompletableFuture<Job> wait = examples.keepingWhenClosed(ecs, servers(20), file);
    ecs.close();
    assertThat(wait).isCompletedExceptionally();
    try (JobsClient next = client()) {
      assertThat(time.run(() -> examples.goingOn(next, file)).status())
          .isEqualTo(JobStatus.SUCCESS);
    }
  }

  @Test
  void anotherClientResumesAnInterruptedWait(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("wait");
    JobRef job = servers(1);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> examples.once(ecs, job, file));
    assertThat(file).exists();
    try (JobsClient next = client()) {
      run(() -> examples.once(next, job, file));
    }
    assertThat(file).doesNotExist();
  }

  // Tests of the application

  @Test
  void aUsersTestsRunAgainstSimulatedJobs() throws Exception {
    examples.testing();
    examples.inNoTime();
    assertThat(lines).containsExactly("checked: true", "SUCCESS after 3 minutes");
  }
}
