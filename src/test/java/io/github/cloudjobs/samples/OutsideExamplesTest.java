package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitFixtures;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.micrometer.core.instrument.Timer;
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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The samples report what happened. */
class OutsideExamplesTest {
  private final SimulatedJobs service = SimulatedJobs.builder().timeScale(1000).start();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private final Tracer tracer = tracers.get("jobs");
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private JobsClient ecs;

  @BeforeEach
  void open() {
    ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(service.endpoint())
            .credentials(service.credentials())
            .build();
  }

  @AfterEach
  void close() {
    ecs.close();
    service.close();
    tracers.close();
  }

  private WaitOptions often() {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return OutsideExamples.listeners(out, meters, tracer).toBuilder()
        .schedule(PollSchedule.fixed(Duration.ofMillis(10)))
        .build();
  }

  @Test
  void micrometerTimesWaitsByTheirEnding() throws InterruptedException {
    ecs.waitForCompletion(service.submit(SimulatedJob.createServer(1)), often());
    ecs.awaitOutcome(service.submit(SimulatedJob.createServerFailing(1)), often());
    Timer succeeded =
        meters.get("jobs.waits").tags("service", "ECS", "ending", "Succeeded").timer();
    assertThat(succeeded.count()).isOne();
    assertThat(succeeded.totalTime(TimeUnit.MILLISECONDS)).isPositive();
    assertThat(meters.get("jobs.waits").tag("ending", "Failed").timer().count()).isOne();
    assertThat(polls("job")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void micrometerCountsPollsByTheirResult() {
    WaitListener listener = often().listeners().get(1);
    listener.onPollFailed(WaitFixtures.failure("j-1", Answers.lost(), 1, 1));
    listener.onPollFailed(WaitFixtures.failure("j-1", Answers.http(502), 2, 3));
    listener.onThrottled(WaitFixtures.failure("j-2", Answers.throttled(), 1, 1));
    assertThat(polls("error")).isEqualTo(2);
    assertThat(polls("throttled")).isOne();
  }

  private double polls(String result) {
    return meters.get("jobs.polls").tags("service", "ECS", "result", result).counter().count();
  }

  @Test
  void aSpanForEachWaitIsInsideTheCallersSpan() throws InterruptedException {
    JobRef job = service.submit(SimulatedJob.createServer(2));
    Span order = tracer.spanBuilder("order").startSpan();
    try (Scope scope = order.makeCurrent()) {
      assertThat(scope).isNotNull();
      ecs.waitForCompletion(job, often());
    }
    order.end();

    SpanData wait = spans.getFinishedSpanItems().get(0);
    assertThat(wait.getName()).isEqualTo("wait for job");
    assertThat(wait.getParentSpanId()).isEqualTo(order.getSpanContext().getSpanId());
    assertThat(wait.getStatus().getStatusCode()).isEqualTo(StatusCode.OK);
    assertThat(wait.getAttributes().get(AttributeKey.stringKey("job.id"))).isEqualTo(job.jobId());
    assertThat(wait.getAttributes().get(AttributeKey.stringKey("job.service"))).isEqualTo("ECS");
    assertThat(wait.getAttributes().get(AttributeKey.longKey("job.polls"))).isPositive();
  }

  @Test
  void failedPollsAndChangesAreEventsOfTheSpan() {
    WaitListener listener = often().listeners().get(2);
    listener.onPollFailed(WaitFixtures.failure("j-1", Answers.lost(), 1, 1));
    listener.onThrottled(WaitFixtures.failure("j-1", Answers.throttled(), 1, 3));
    listener.onStatusChange(
        JobStatus.INIT, WaitFixtures.progress("j-1", "{'status':'RUNNING'}", 5));
    listener.onEnd(WaitFixtures.end("j-1", new WaitOutcome.Vanished(null), 7));
    SpanData wait = spans.getFinishedSpanItems().get(0);
    assertThat(wait.getEvents())
        .extracting(EventData::getName)
        .containsExactly("exception", "throttled", "INIT to RUNNING");
    assertThat(wait.getStatus().getDescription()).isEqualTo("Vanished");
  }

  @Test
  void theSpanOfAStoppedWaitIsAnError() {
    JobRef job = service.submit(SimulatedJob.createServer(1));
    service.inject(1, Fault.forbidden());
    assertThat(catchThrowable(() -> ecs.waitForCompletion(job, often()))).isNotNull();
    SpanData wait = spans.getFinishedSpanItems().get(0);
    assertThat(wait.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(wait.getStatus().getDescription()).isEqualTo("Stopped");
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains(job.jobId() + " STOPPED: ");
  }
}
