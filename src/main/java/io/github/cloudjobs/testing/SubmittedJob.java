package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A submitted script with its id and its begin, and the response it gives at a given time. */
final class SubmittedJob {
  private final String projectId;
  private final SimulatedJob script;
  final String jobId;
  private final Instant begin;
  private final double timeScale; // how many simulated seconds pass in one second of the clock
  private final List<SubmittedJob> subJobs = new ArrayList<>();

  SubmittedJob(String projectId, SimulatedJob script, Instant begin, double timeScale) {
    this.projectId = projectId;
    this.script = script;
    this.begin = begin;
    this.timeScale = timeScale;
    jobId = script.values.jobId == null ? SimulatedResponse.newId() : script.values.jobId;
    for (Map.Entry<Duration, SimulatedJob> each : script.values.subJobs) {
      subJobs.add(new SubmittedJob(projectId, each.getValue(), at(each.getKey()), timeScale));
    }
  }

  /** Returns this job and its sub-jobs. */
  List<SubmittedJob> withSubJobs() {
    List<SubmittedJob> all = new ArrayList<>(List.of(this));
    for (SubmittedJob each : subJobs) {
      all.addAll(each.withSubJobs());
    }
    return all;
  }

  /** Returns the response to a poll of a path. */
  SimulatedResponse responseAt(Instant now, List<String> path, Duration retention) {
    boolean progress = path.get(2).equals("job"); // the path of IMS without a project
    boolean found = progress || path.get(1).equals(projectId);
    if (!found || script.endedAt(elapsedAt(now).minus(retention))) {
      return SimulatedResponse.noSuchJob();
    }
    return script.service().serves(path)
        ? SimulatedResponse.json(200, bodyAt(now, progress).toString())
        : SimulatedResponse.noSuchApi();
  }

  /** Simulated time since the job began; negative before. */
  private Duration elapsedAt(Instant now) {
    return times(Duration.between(begin, now), timeScale);
  }

  private Instant at(Duration elapsed) {
    return begin.plus(times(elapsed, 1 / timeScale));
  }

  private static Duration times(Duration duration, double factor) {
    return factor == 1 ? duration : Duration.ofNanos(Math.round(duration.toNanos() * factor));
  }

  /** Returns the body of a response, on the progress path with a {@code process_percent}. */
  private ObjectNode bodyAt(Instant now, boolean progress) {
    SimulatedJob.Builder values = script.values;
    Duration elapsed = elapsedAt(now);
    boolean ended = script.endedAt(elapsed);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("status", script.statusAt(elapsed));
    ObjectNode entities = body.putObject("entities");
    body.put("job_id", jobId).put("job_type", script.jobType());
    if (values.withBeginTime) {
      body.putPOJO("begin_time", elapsed.isNegative() ? "" : values.timeFormat.apply(begin));
    }
    boolean withEnd = ended && values.withEndTime;
    body.putPOJO("end_time", withEnd ? values.timeFormat.apply(at(values.length)) : "");
    body.put("error_code", ended ? values.errorCode : null);
    body.put("fail_reason", ended ? values.failReason : null);
    for (Map.Entry<Duration, ObjectNode> entity : values.entities) {
      Duration from = entity.getKey();
      if (from.equals(SimulatedJob.AT_END) ? ended : elapsed.compareTo(from) >= 0) {
        entities.setAll(entity.getValue());
      }
    }
    if (progress || (values.withProcessPercent && !ended)) {
      entities.put("process_percent", BigDecimal.valueOf(percentDone(elapsed), 2));
    }
    if (!subJobs.isEmpty()) {
      writeSubJobs(now, body, entities);
    }
    return body;
  }

  private long percentDone(Duration elapsed) {
    long length = script.values.length.toMillis();
    return length == 0 ? 100 : Math.max(0, Math.min(100, elapsed.toMillis() * 100 / length));
  }

  private void writeSubJobs(Instant now, ObjectNode body, ObjectNode entities) {
    SimulatedService service = script.service();
    ArrayNode reports = body.arrayNode();
    ArrayNode ids = body.arrayNode();
    for (SubmittedJob each : subJobs) {
      reports.add(each.bodyAt(now, false));
      ids.add(each.jobId);
    }
    if (service == SimulatedService.ECS) {
      entities.put("sub_jobs_total", reports.size()).set("sub_jobs", reports);
    } else if (service == SimulatedService.IMS) {
      entities.set("sub_jobs_result", reports);
      entities.set("sub_jobs_list", ids);
    } else {
      body.set("sub_jobs", reports);
    }
  }
}
