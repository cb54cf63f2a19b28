package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SimulatedJobTest {
  private static final Instant START = Instant.parse("2026-03-05T06:07:08Z");

  private final StringBuilder bodies = new StringBuilder();

  /**
   * The bodies of each script at some seconds after its start; ids and missing failures are left
   * out.
   */
  @Test
  void scriptsHaveTheBodiesOfTheGoldenFile() throws IOException {
    SimulatedJob.Builder phases = ecs("createServer").pendingPayment(Duration.ofSeconds(1));
    phases.init(Duration.ofSeconds(2)).running(Duration.ofSeconds(3));
    write(phases.phase("ROLLBACKING", Duration.ofSeconds(4)), 0, 1, 2.999, 3, 6, 10);
    write(ecs("withoutPhases"), 1.9, 29.9, 30);
    write(ecs("endless").neverEnds().pendingPayment(Duration.ZERO), 1_000_000);
    write(ecs("failing").fails("Ecs.0001", "why", "{\"deep\":1}"), 29.9, 30);
    write(ecs("failing").fails(null, null), 30);
    SimulatedJob.Builder entities = ecs("resizeServer").entity("elb", Map.of("id", "e-1"));
    entities.entityFrom(Duration.ofSeconds(10), "size", 40);
    write(entities.entityAtEnd("results", List.of("r")), 9.9, 10, 30);
    DateTimeFormatter older =
        DateTimeFormatter.ofPattern("dd-MMM-uuuu HH:mm:ss:SSS", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    write(ecs("older").times(older::format), 30);
    write(ecs("numbers").times(Instant::toEpochMilli), 30);
    write(ecs("withoutTimes").withoutBeginTime().withoutEndTime(), 30);
    SimulatedJob.Builder spelled = ecs("spelled").spelling(JobStatus.RUNNING, "RUNNIGN");
    write(spelled.spelling(JobStatus.SUCCESS, "FINISHED").processPercent(), 1.9, 29.9, 30);
    write(ecs("endless").running(Duration.ZERO).neverEnds().processPercent(), 1);

    SimulatedJob part = ecs("part").running(Duration.ofSeconds(1)).build();
    SimulatedJob inner = ecs("inner").subJob(part).build();
    for (SimulatedService service : SimulatedService.values()) {
      SimulatedJob.Builder batch = SimulatedJob.builder(service, "batch").subJob(inner);
      write(batch.subJob(Duration.ofSeconds(5), part), 4.9, 5, 6);
    }

    write(SimulatedJob.createServer(2), 1.9, 2, 30, 44.9, 45);
    write(SimulatedJob.createServerFailing(2), 40, 45);
    write(SimulatedJob.exportImage(), 0, 61, 182.9, 183);
    write(SimulatedJob.deleteLoadBalancer(), 0.9, 1, 11);
    assertThat(bodies.toString())
        .isEqualTo(Files.readString(Path.of("src/test/resources/simulated-jobs.txt")));
  }

  private static SimulatedJob.Builder ecs(String jobType) {
    return SimulatedJob.builder(SimulatedService.ECS, jobType);
  }

  private void write(SimulatedJob.Builder script, double... seconds) {
    write(script.build(), seconds);
  }

  private void write(SimulatedJob script, double... seconds) {
    bodies.append(script).append('\n');
    VirtualTime time = new VirtualTime(START);
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start()) {
      JobRef ref = cloud.submit(script);
      String path = Poller.path(ref);
      boolean elb = script.service() == SimulatedService.ELB_V1;
      Poller poller = new Poller(cloud, time.clock());
      for (double at : seconds) {
        time.advance(Duration.ofMillis(Math.round(at * 1000)).minus(time.elapsed()));
        String body = poller.get(elb ? path.replace("v1", "v1.0") : path).body();
        String shorter =
            body.replaceAll("[0-9a-f-]{32,36}", "…")
                .replace(",\"error_code\":null,\"fail_reason\":null", "");
        bodies.append("  at ").append(at).append(" s: ").append(shorter).append('\n');
      }
    }
  }

  @Test
  void refusesInvalidArguments() {
    SimulatedJob.Builder script = ecs("x");
    Duration negative = Duration.ofSeconds(-1);
    String message = "jobId must not be blank or contain a slash: ";
    assertRefused(() -> script.jobId(""), message + "''");
    assertRefused(() -> script.jobId("a/b"), message + "'a/b'");
    assertRefused(() -> script.init(negative), "length must not be negative: PT-1S");
    assertRefused(() -> script.entityFrom(negative, "k", "v"), "from must not be negative: PT-1S");
    assertRefused(
        () -> script.subJob(negative, script.build()), "offset must not be negative: PT-1S");
    assertRefused(() -> SimulatedJob.createServer(0), "servers must be 1 or more: 0");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
