package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.testing.SimulatedJob.Fact;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** What a job answers at an instant, as its service would write it. Pure. */
final class JobBody {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JobBody() {}

  /**
   * Writes the body.
   *
   * @param progress true on IMS's progress path, which always tells the progress
   */
  static String at(SubmittedJob job, Instant now, boolean progress) {
    return body(job, now, progress).toString();
  }

  private static ObjectNode body(SubmittedJob job, Instant now, boolean progress) {
    SimulatedJob script = job.script();
    Duration elapsed = job.timeline().elapsedAt(now);
    boolean ended = script.endedAt(elapsed);
    ObjectNode body = NODES.objectNode();
    ObjectNode entities = entities(script, elapsed, progress);
    body.put("status", elapsed.isNegative() ? "INIT" : script.statusTextAt(elapsed));
    body.set("entities", entities);
    body.put("job_id", job.jobId());
    body.put("job_type", script.jobType);
    writeTimes(body, job, elapsed);
    body.put("error_code", ended ? script.ending.errorCode() : null);
    body.put("fail_reason", ended ? script.ending.failReason() : null);
    if (!job.subJobs().isEmpty()) {
      writeSubJobs(job, now, body, entities);
    }
    return body;
  }

  private static void writeTimes(ObjectNode body, SubmittedJob job, Duration elapsed) {
    SimulatedJob script = job.script();
    if (script.withBeginTime) {
      if (elapsed.isNegative()) {
        body.put("begin_time", "");
      } else {
        body.set("begin_time", script.timeFormat.write(job.timeline().begin()));
      }
    }
    if (script.withEndTime && script.endedAt(elapsed)) {
      body.set("end_time", script.timeFormat.write(job.timeline().instantAt(script.length())));
    } else {
      body.put("end_time", "");
    }
  }

  private static ObjectNode entities(SimulatedJob script, Duration elapsed, boolean progress) {
    ObjectNode entities = NODES.objectNode();
    boolean ended = script.endedAt(elapsed);
    for (Fact fact : script.entities) {
      Duration from = fact.from();
      if (from == null ? ended : elapsed.compareTo(from) >= 0) {
        entities.set(fact.key(), fact.value());
      }
    }
    if (progress || (script.withProcessPercent && !ended)) {
      entities.put("process_percent", partDone(script, elapsed));
    }
    return entities;
  }

  private static BigDecimal partDone(SimulatedJob script, Duration elapsed) {
    double length = script.length().toMillis();
    double part = length == 0 ? 1 : Math.min(1, elapsed.toMillis() / length);
    return BigDecimal.valueOf(Math.max(0, part)).setScale(2, RoundingMode.DOWN);
  }

  private static void writeSubJobs(
      SubmittedJob job, Instant now, ObjectNode body, ObjectNode entities) {
    ArrayNode subJobs = NODES.arrayNode();
    ArrayNode ids = NODES.arrayNode();
    for (SubmittedJob subJob : job.subJobs()) {
      subJobs.add(body(subJob, now, false));
      ids.add(subJob.jobId());
    }
    switch (job.script().service) {
      case ECS -> {
        entities.put("sub_jobs_total", subJobs.size());
        entities.set("sub_jobs", subJobs);
      }
      case IMS -> {
        entities.set("sub_jobs_result", subJobs);
        entities.set("sub_jobs_list", ids);
      }
      case ELB_V1 -> body.set("sub_jobs", subJobs);
    }
  }
}
