package io.github.cloudjobs.testing;

import io.github.cloudjobs.testing.JobPath.PathKind;
import io.github.cloudjobs.testing.SimulatedResponse.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Responds to requests: quota, then faults, then authentication, then the job itself. Records each
 * request. Thread-safe.
 */
final class JobService {
  private final Clock clock;
  private final Authenticator authenticator;
  private final JobStore jobs;
  private final FaultQueue faults;
  private final double pollsPerSecond;
  private final Map<String, Bucket> quotas = new HashMap<>(); // by project

  /** A token bucket. */
  private static final class Bucket {
    private double tokens;
    private Instant filledAt;

    Bucket(double tokens, Instant filledAt) {
      this.tokens = tokens;
      this.filledAt = filledAt;
    }
  }

  /**
   * @param pollsPerSecond the quota of each project; infinite for none
   */
  JobService(
      Clock clock,
      Authenticator authenticator,
      JobStore jobs,
      FaultQueue faults,
      double pollsPerSecond) {
    this.clock = clock;
    this.authenticator = authenticator;
    this.jobs = jobs;
    this.faults = faults;
    this.pollsPerSecond = pollsPerSecond;
  }

  SimulatedResponse respond(Request request) {
    Instant now = clock.instant();
    String requestId = UUID.randomUUID().toString().replace("-", "");
    JobPath path = JobPath.parse(request.url());
    SimulatedResponse response = respond(request, path, now, requestId);
    jobs.record(
        new ReceivedPoll(
            now,
            request.method(),
            request.url().encodedPath(),
            path == null ? null : path.jobId(),
            response.delivery() == Delivery.DROPPED ? 0 : response.status()));
    return response.withHeader("X-Request-Id", requestId);
  }

  private SimulatedResponse respond(
      Request request, @Nullable JobPath path, Instant now, String requestId) {
    if (path == null) {
      return SimulatedResponse.noSuchApi(requestId);
    }
    if (!request.method().equals("GET")) {
      String message = "A job is requested with GET, not " + request.method();
      return SimulatedResponse.serviceError(405, "SIM.0405", message).withHeader("Allow", "GET");
    }
    if (!takeFromQuota(String.valueOf(path.projectId()), now)) {
      return SimulatedResponse.throttled(requestId);
    }
    Fault fault = faults.next(path.jobId());
    if (fault == null) {
      return poll(request, path, now, requestId);
    }
    if (fault.removesJob()) {
      jobs.remove(path.jobId());
    }
    return fault.respond(requestId, () -> poll(request, path, now, requestId));
  }

  private SimulatedResponse poll(Request request, JobPath path, Instant now, String requestId) {
    SimulatedResponse refusal = authenticator.check(request, requestId);
    if (refusal != null) {
      return refusal;
    }
    SubmittedJob job = jobs.find(path, now);
    if (job == null) {
      return SimulatedResponse.noSuchJob(path.jobId());
    }
    if (!job.script().service.isServedAt(path.kind())) {
      return SimulatedResponse.noSuchApi(requestId);
    }
    boolean progress = path.kind() == PathKind.IMS_PROGRESS;
    return SimulatedResponse.json(200, job.bodyAt(now, progress).toString());
  }

  private synchronized boolean takeFromQuota(String projectId, Instant now) {
    if (Double.isInfinite(pollsPerSecond)) {
      return true;
    }
    double capacity = Math.max(1, pollsPerSecond);
    Bucket bucket = quotas.computeIfAbsent(projectId, absent -> new Bucket(capacity, now));
    double seconds = Math.max(0, Duration.between(bucket.filledAt, now).toNanos() / 1e9);
    bucket.tokens = Math.min(capacity, bucket.tokens + seconds * pollsPerSecond);
    bucket.filledAt = now;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }
}
