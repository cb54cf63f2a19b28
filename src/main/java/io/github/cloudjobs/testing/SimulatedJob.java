package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The script of a job: what it will say, from its submission to its end. Immutable; the same script
 * may be submitted any number of times.
 *
 * <p>Four are ready-made; any other is built from phases, which follow one another in the order in
 * which they are given:
 *
 * <pre>{@code
 * SimulatedJob resize = SimulatedJob.builder(SimulatedService.ECS, "resizeServer")
 *     .init(Duration.ofSeconds(5))
 *     .running(Duration.ofMinutes(2))
 *     .entity("server_id", "bae51750-0089-41a1-9b18-5c777978ff6d")
 *     .build();                                                     // then SUCCESS
 * }</pre>
 *
 * All durations are simulated ones; {@link SimulatedJobs.Builder#timeScale} says how long they
 * take.
 */
public final class SimulatedJob {
  final SimulatedService service;
  final String jobType;
  final @Nullable String jobId;
  final List<Phase> phases;
  final boolean endless;
  final Ending ending;
  final List<Part> subJobs;
  final List<Fact> entities;
  final Map<JobStatus, String> spellings;
  final TimeFormat timeFormat;
  final boolean withBeginTime;
  final boolean withEndTime;
  final boolean withProcessPercent;

  /** A stretch of a job's life, with the status it shows meanwhile. */
  record Phase(JobStatus status, String text, Duration length) {}

  /** How a job ends; everything is null for a success. */
  record Ending(JobStatus status, @Nullable String errorCode, @Nullable String failReason) {}

  /** A sub-job that begins so long after its parent. */
  record Part(Duration offset, SimulatedJob job) {
    Duration end() {
      return offset.plus(job.length());
    }
  }

  /**
   * An entry of {@code entities} that appears after that much of the life, or, if null, at its end.
   */
  record Fact(@Nullable Duration from, String key, JsonNode value) {}

  SimulatedJob(SimulatedJobBuilder builder) {
    service = builder.service;
    jobType = builder.jobType;
    jobId = builder.jobId;
    subJobs = List.copyOf(builder.subJobs);
    phases = builder.phasesOrDefault();
    endless = builder.endless;
    ending = builder.ending;
    entities = List.copyOf(builder.entities);
    spellings = Map.copyOf(builder.spellings);
    timeFormat = builder.timeFormat;
    withBeginTime = builder.withBeginTime;
    withEndTime = builder.withEndTime;
    withProcessPercent = builder.withProcessPercent;
  }

  /**
   * Begins a script.
   *
   * @param jobType such as {@code createServer}
   */
  public static SimulatedJobBuilder builder(SimulatedService service, String jobType) {
    return new SimulatedJobBuilder(requireNonNull(service, "service"), jobType);
  }

  /**
   * An ECS {@code createServer} job of which every server is a {@code createSingleServer} sub-job.
   * INIT for 2 s, then RUNNING; the n-th server begins at 2 s and is done at 20 s + n · 10 s, which
   * is when its {@code server_id} appears; SUCCESS 5 s after the last.
   *
   * @param servers 1 or more
   */
  public static SimulatedJob createServer(int servers) {
    return ReadyMadeJobs.createServer(servers, false);
  }

  /**
   * As {@link #createServer}, but the last server FAILs for want of quota: {@code Ecs.0204}, a
   * {@code fail_reason} and, in its entities, an {@code errorcode_message} that is JSON inside a
   * string. The job itself FAILs 5 s later, with a reason that says less.
   *
   * @param servers 1 or more; the others succeed
   */
  public static SimulatedJob createServerFailing(int servers) {
    return ReadyMadeJobs.createServer(servers, true);
  }

  /**
   * An IMS {@code imsNativeExportImageJob}: INIT for 3 s, RUNNING for 3 min with a {@code
   * process_percent}, then SUCCESS. Its {@code image_id} is there from the start.
   */
  public static SimulatedJob exportImage() {
    return ReadyMadeJobs.exportImage();
  }

  /**
   * A {@code deleteELB} job of the classic load balancer: INIT for 1 s, then 10 s of RUNNING, spelt
   * {@code RUNNIGN} as its documentation has it, then SUCCESS. Its {@code elb_id} is there from the
   * start.
   */
  public static SimulatedJob deleteLoadBalancer() {
    return ReadyMadeJobs.deleteLoadBalancer();
  }

  /** The service it belongs to. */
  public SimulatedService service() {
    return service;
  }

  /** Such as {@code createServer}. */
  public String jobType() {
    return jobType;
  }

  /** How long its phases take together; of an endless job, until its last phase would end. */
  Duration length() {
    return phases.stream().map(Phase::length).reduce(Duration.ZERO, Duration::plus);
  }

  boolean endedAt(Duration elapsed) {
    return !endless && elapsed.compareTo(length()) >= 0;
  }

  /** The status that it shows after that much of its life. */
  String statusTextAt(Duration elapsed) {
    if (endedAt(elapsed)) {
      return spell(ending.status(), ending.status().name());
    }
    Duration end = Duration.ZERO;
    for (Phase phase : phases) {
      end = end.plus(phase.length());
      if (elapsed.compareTo(end) < 0) {
        return spell(phase.status(), phase.text());
      }
    }
    Phase last = phases.get(phases.size() - 1);
    return spell(last.status(), last.text());
  }

  private String spell(JobStatus status, String plain) {
    return spellings.getOrDefault(status, plain);
  }

  /** Names the service, the type and the length, for logs. */
  @Override
  public String toString() {
    return service + " " + jobType + (endless ? " without end" : " of " + length());
  }
}
