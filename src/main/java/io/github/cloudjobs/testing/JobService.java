package io.github.cloudjobs.testing;

import io.github.cloudjobs.testing.SimulatedResponse.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the submitted jobs and responds to requests: quota, then faults, then authentication, then
 * the job itself. Records each request. Thread-safe.
 */
final class JobService {
  private static final int MOST_POLLS = 10_000; // a load test must not fill the heap
  private static final Duration BURST = Duration.ofSeconds(1);
  private static final String IMS_PROGRESS = "v1/job";

  private final Clock clock;
  private final Authenticator authenticator;
  private final FaultQueue faults;
  private final Duration retention;
  private final Duration quotaOfPoll;

  private final Map<String, SubmittedJob> jobs = new HashMap<>(); // sub-jobs too
  private final Map<String, Integer> pollsByJob = new HashMap<>();
  private final Deque<ReceivedPoll> latestPolls = new ArrayDeque<>();
  private final Map<String, Instant> quotaUsedUntil = new HashMap<>(); // by project

  /**
   * The path of a request for a job.
   *
   * @param form the path without the ids, such as {@code v1/jobs}
   * @param projectId null on the progress path of IMS, which contains none
   */
  private record JobPath(String form, @Nullable String projectId, String jobId) {
    /** Returns null if the path is not that of a job. */
    static @Nullable JobPath parse(List<String> segments) {
      if (segments.size() != 4 || segments.get(1).isEmpty() || segments.get(3).isEmpty()) {
        return null;
      }
      String second = segments.get(1);
      String form = segments.get(0) + '/' + segments.get(2);
      return switch (form) {
        case "v1/jobs", "v1.0/jobs" -> new JobPath(form, second, segments.get(3));
        case IMS_PROGRESS ->
            second.equals("cloudimages") ? new JobPath(form, null, segments.get(3)) : null;
        default -> null;
      };
    }
  }

  /**
   * @param retention how long a job is kept after its end, in simulated time
   * @param pollsPerSecond the quota of each project; infinite for none
   */
  JobService(
      Clock clock,
      Authenticator authenticator,
      FaultQueue faults,
      Duration retention,
      double pollsPerSecond) {
    this.clock = clock;
    this.authenticator = authenticator;
    this.faults = faults;
    this.retention = retention;
    this.quotaOfPoll = Duration.ofNanos((long) (1e9 / pollsPerSecond));
  }

  synchronized void add(SubmittedJob job) {
    Map<String, SubmittedJob> added = new HashMap<>();
    job.withSubJobs()
        .forEach(
            each -> {
              if (jobs.containsKey(each.jobId()) || added.put(each.jobId(), each) != null) {
                throw new IllegalArgumentException("there is already a job " + each.jobId());
              }
            });
    jobs.putAll(added);
  }

  synchronized int polls(String jobId) {
    return pollsByJob.getOrDefault(jobId, 0);
  }

  synchronized List<ReceivedPoll> latestPolls() {
    return List.copyOf(latestPolls);
  }

  SimulatedResponse respond(String method, Request request) {
    Instant now = clock.instant();
    JobPath path = JobPath.parse(request.url().pathSegments());
    SimulatedResponse response = respond(method, request, path, now);
    record(
        new ReceivedPoll(
            now,
            method,
            request.url().encodedPath(),
            path == null ? null : path.jobId,
            response.delivery() == Delivery.DROPPED ? 0 : response.status()));
    return response;
  }

  private SimulatedResponse respond(
      String method, Request request, @Nullable JobPath path, Instant now) {
    if (path == null) {
      return SimulatedResponse.noSuchApi();
    }
    if (!method.equals("GET")) {
      String message = "A job is requested with GET, not " + method;
      return SimulatedResponse.serviceError(405, "SIM.0405", message).withHeader("Allow", "GET");
    }
    boolean withinQuota = takeFromQuota(String.valueOf(path.projectId), now);
    Fault fault = withinQuota ? faults.next(path.jobId) : Fault.throttled();
    if (fault != null && fault.removesJob()) {
      remove(path.jobId);
    }
    SimulatedResponse normal = poll(request, path, now);
    return fault == null ? normal : fault.change(normal);
  }

  private SimulatedResponse poll(Request request, JobPath path, Instant now) {
    SimulatedResponse refusal = authenticator.check(request);
    if (refusal != null) {
      return refusal;
    }
    SubmittedJob job = find(path, now);
    if (job == null) { // the code is the simulation's own: no documentation names the services'
      String message = "The job " + path.jobId + " does not exist";
      return SimulatedResponse.serviceError(404, "SIM.0404", message);
    }
    if (!job.script().service().isServedAt(path.form)) {
      return SimulatedResponse.noSuchApi();
    }
    boolean progress = path.form.equals(IMS_PROGRESS);
    return SimulatedResponse.json(200, job.bodyAt(now, progress).toString());
  }

  /** Returns null for an unknown job, one of another project, or one past its retention. */
  private synchronized @Nullable SubmittedJob find(JobPath path, Instant now) {
    SubmittedJob job = jobs.get(path.jobId);
    boolean found =
        job != null
            && (path.projectId == null || path.projectId.equals(job.projectId()))
            && !job.script().endedAt(job.elapsedAt(now).minus(retention));
    return found ? job : null;
  }

  private synchronized void remove(String jobId) {
    jobs.remove(jobId);
  }

  private synchronized void record(ReceivedPoll poll) {
    if (latestPolls.size() == MOST_POLLS) {
      latestPolls.remove();
    }
    latestPolls.add(poll);
    if (poll.jobId() != null) {
      pollsByJob.merge(poll.jobId(), 1, Integer::sum);
    }
  }

  /**
   * Each poll uses a part of a second; a second's worth of polls, and one in any case, may burst.
   */
  private synchronized boolean takeFromQuota(String projectId, Instant now) {
    Instant used = quotaUsedUntil.getOrDefault(projectId, now);
    Instant next = (used.isBefore(now) ? now : used).plus(quotaOfPoll);
    Duration ahead = Duration.between(now, next);
    if (ahead.compareTo(BURST) > 0 && ahead.compareTo(quotaOfPoll) > 0) {
      return false;
    }
    quotaUsedUntil.put(projectId, next);
    return true;
  }
}
