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
  static SubmittedJob of(String projectId, SimulatedJob script, Instant begin, double timeScale) {
    String id = script.jobId == null ? SimulatedResponse.newId() : script.jobId;
    List<SubmittedJob> subJobs = new ArrayList<>();
    for (SimulatedJob.SubJobEntry each : script.subJobs) {
      Instant later = begin.plus(times(each.offset(), 1 / timeScale));
      subJobs.add(of(projectId, each.job(), later, timeScale));
    }
    return new SubmittedJob(projectId, id, script, begin, timeScale, List.copyOf(subJobs));
  }

  Stream<SubmittedJob> withSubJobs() {
    return Stream.concat(Stream.of(this), subJobs.stream().flatMap(SubmittedJob::withSubJobs));
  }

  /** Simulated time since the job began; negative before. */
  Duration elapsedAt(Instant now) {
    return times(Duration.between(begin, now), timeScale);
  }

  /** Returns the body of a response, on the progress path with a {@code process_percent}. */
  ObjectNode bodyAt(Instant now, boolean progress) {
    Duration elapsed = elapsedAt(now);
    boolean ended = script.endedAt(elapsed);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("status", script.statusTextAt(elapsed));
    ObjectNode entities = body.putObject("entities");
    body.put("job_id", jobId);
    body.put("job_type", script.jobType());
    if (script.withBeginTime) {
      body.putPOJO("begin_time", elapsed.isNegative() ? "" : script.timeFormat.apply(begin));
    }
    Instant end = begin.plus(times(script.length, 1 / timeScale));
    body.putPOJO("end_time", ended && script.withEndTime ? script.timeFormat.apply(end) : "");
    body.put("error_code", ended ? script.ending.errorCode() : null);
    body.put("fail_reason", ended ? script.ending.failReason() : null);
    for (SimulatedJob.Entity entity : script.entities) {
      Duration from = entity.from();
      if (from == null ? ended : elapsed.compareTo(from) >= 0) {
        entities.set(entity.key(), entity.value());
      }
    }
    if (progress || (script.withProcessPercent && !ended)) {
      entities.put("process_percent", fractionDone(elapsed));
    }
    if (!subJobs.isEmpty()) {
      writeSubJobs(now, body, entities);
    }
    return body;
  }

  private BigDecimal fractionDone(Duration elapsed) {
    double length = script.length.toMillis();
    double fraction = length == 0 ? 1 : Math.min(1, elapsed.toMillis() / length);
    return BigDecimal.valueOf(Math.max(0, fraction)).setScale(2, RoundingMode.DOWN);
  }

  private void writeSubJobs(Instant now, ObjectNode body, ObjectNode entities) {
    ArrayNode reports = body.arrayNode();
    subJobs.forEach(each -> reports.add(each.bodyAt(now, false)));
    switch (script.service()) {
      case ECS -> entities.put("sub_jobs_total", reports.size()).set("sub_jobs", reports);
      case IMS -> {
        entities.set("sub_jobs_result", reports);
        ArrayNode ids = entities.putArray("sub_jobs_list");
        subJobs.forEach(each -> ids.add(each.jobId));
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
