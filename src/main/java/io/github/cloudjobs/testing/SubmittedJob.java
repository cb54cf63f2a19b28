package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A submitted script with its id and its begin, and the body it has at a given time.
 *
 * @param timeScale how many simulated seconds pass in one second of the clock
 */
record SubmittedJob(
    String projectId,
    String jobId,
    SimulatedJob script,
    Instant begin,
    double timeScale,
    List<SubmittedJob> subJobs) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static SubmittedJob of(String projectId, SimulatedJob script, Instant begin, double timeScale) {
    List<SubmittedJob> subJobs = new ArrayList<>();
    for (SimulatedJob.SubJobEntry entry : script.subJobs) {
      Instant later = begin.plus(times(entry.offset(), 1 / timeScale));
      subJobs.add(of(projectId, entry.job(), later, timeScale));
    }
    String id = script.jobId == null ? newId() : script.jobId;
    return new SubmittedJob(projectId, id, script, begin, timeScale, List.copyOf(subJobs));
  }

  private static String newId() {
    return "ff808082" + UUID.randomUUID().toString().replace("-", "").substring(8);
  }

  /** This job and all its sub-jobs, at any depth. */
  Stream<SubmittedJob> withSubJobs() {
    return Stream.concat(Stream.of(this), subJobs.stream().flatMap(SubmittedJob::withSubJobs));
  }

  /** Simulated time since the job began; negative before. */
  Duration elapsedAt(Instant now) {
    return times(Duration.between(begin, now), timeScale);
  }

  /**
   * Returns the body of a response.
   *
   * @param progress true on the progress path of IMS, where {@code process_percent} is always shown
   */
  ObjectNode bodyAt(Instant now, boolean progress) {
    Duration elapsed = elapsedAt(now);
    boolean ended = script.endedAt(elapsed);
    ObjectNode body = NODES.objectNode();
    ObjectNode entities = entities(elapsed, progress);
    body.put("status", script.statusTextAt(elapsed));
    body.set("entities", entities);
    body.put("job_id", jobId);
    body.put("job_type", script.jobType());
    writeTimes(body, elapsed);
    body.put("error_code", ended ? script.ending.errorCode() : null);
    body.put("fail_reason", ended ? script.ending.failReason() : null);
    if (!subJobs.isEmpty()) {
      writeSubJobs(now, body, entities);
    }
    return body;
  }

  private void writeTimes(ObjectNode body, Duration elapsed) {
    if (script.withBeginTime) {
      body.putPOJO("begin_time", elapsed.isNegative() ? "" : script.timeFormat.apply(begin));
    }
    Instant end = begin.plus(times(script.length, 1 / timeScale));
    boolean withEndTime = script.withEndTime && script.endedAt(elapsed);
    body.putPOJO("end_time", withEndTime ? script.timeFormat.apply(end) : "");
  }

  private ObjectNode entities(Duration elapsed, boolean progress) {
    ObjectNode entities = NODES.objectNode();
    boolean ended = script.endedAt(elapsed);
    for (SimulatedJob.Entity entity : script.entities) {
      Duration from = entity.from();
      if (from == null ? ended : elapsed.compareTo(from) >= 0) {
        entities.set(entity.key(), entity.value());
      }
    }
    if (progress || (script.withProcessPercent && !ended)) {
      entities.put("process_percent", fractionDone(elapsed));
    }
    return entities;
  }

  private BigDecimal fractionDone(Duration elapsed) {
    double length = script.length.toMillis();
    double fraction = length == 0 ? 1 : Math.min(1, elapsed.toMillis() / length);
    return BigDecimal.valueOf(Math.max(0, fraction)).setScale(2, RoundingMode.DOWN);
  }

  private void writeSubJobs(Instant now, ObjectNode body, ObjectNode entities) {
    ArrayNode reports = NODES.arrayNode();
    ArrayNode ids = NODES.arrayNode();
    for (SubmittedJob subJob : subJobs) {
      reports.add(subJob.bodyAt(now, false));
      ids.add(subJob.jobId());
    }
    switch (script.service()) {
      case ECS -> {
        entities.put("sub_jobs_total", reports.size());
        entities.set("sub_jobs", reports);
      }
      case IMS -> {
        entities.set("sub_jobs_result", reports);
        entities.set("sub_jobs_list", ids);
      }
      case ELB_V1 -> body.set("sub_jobs", reports);
    }
  }

  private static Duration times(Duration duration, double factor) {
    return factor == 1
        ? duration
        : Duration.ofNanos(Math.round(TimeUnit.NANOSECONDS.convert(duration) * factor));
  }
}
