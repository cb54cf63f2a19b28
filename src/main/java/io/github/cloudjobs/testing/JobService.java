package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the submitted jobs and responds to requests: quota, then faults, then authentication, then
 * the job itself. Records each request. Thread-safe.
 */
final class JobService {
  private static final int MOST_POLLS = 10_000; // a load test must not fill the heap

  private final Authenticator authenticator;
  private final Clock clock;
  private final double timeScale;
  private final Duration retention;
  private final Duration quotaOfPoll;
  private final Duration burst;

  private final Map<String, SubmittedJob> jobs = new ConcurrentHashMap<>(); // sub-jobs too
  private final Map<String, Integer> pollsByJob = new HashMap<>();
  private final Deque<ReceivedPoll> latestPolls = new ArrayDeque<>();
  private final Map<String, Instant> quotaUsedUntil = new HashMap<>(); // by project
  private final List<Injected> injected = new ArrayList<>();
  private final Random random = new Random(1); // the same in every run

  /** A fault of a share of the next polls of a job; of any job if the id is null. */
  private static final class Injected {
    final @Nullable String jobId;
    final double share;
    final Fault fault;
    int polls;

    Injected(@Nullable String jobId, double share, Fault fault, int polls) {
      this.jobId = jobId;
      this.share = share;
      this.fault = fault;
      this.polls = polls;
    }
  }

  JobService(SimulatedJobs.Builder settings, Set<Credentials> accepted) {
    Clock ticking = settings.clock;
    Clock wallClock = ticking instanceof TimerClock ? ticking : Clock.systemUTC();
    clock = Clock.offset(ticking, Duration.between(ticking.instant(), wallClock.instant()));
    authenticator = new Authenticator(Clock.offset(wallClock, settings.clockSkew), accepted);
    timeScale = settings.timeScale;
    retention = settings.retention;
    quotaOfPoll = Duration.ofNanos((long) (1e9 / settings.quota));
    burst = settings.quota < 1 ? quotaOfPoll : Duration.ofSeconds(1);
  }

  synchronized JobRef submit(String projectId, SimulatedJob script) {
    Instant begin = clock.instant();
    SubmittedJob job = new SubmittedJob(projectId, script, begin, timeScale);
    Map<String, SubmittedJob> added = new HashMap<>();
    for (SubmittedJob each : job.withSubJobs()) {
      if (jobs.containsKey(each.jobId) || added.put(each.jobId, each) != null) {
        throw new IllegalArgumentException("there is already a job " + each.jobId);
      }
    }
    jobs.putAll(added);
    return new JobRef(projectId, job.jobId, timeScale > 1 ? null : begin);
  }

  synchronized void inject(@Nullable String jobId, int polls, double share, Fault fault) {
    requireNonNull(fault, "fault");
    if (polls < 1) {
      throw new IllegalArgumentException("polls must be 1 or more: " + polls);
    } else if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 to 1: " + share);
    }
    injected.add(new Injected(jobId, share, fault, polls));
  }

  synchronized void clearFaults() {
    injected.clear();
  }

  synchronized int polls(String jobId) {
    return pollsByJob.getOrDefault(jobId, 0);
  }

  synchronized List<ReceivedPoll> latestPolls() {
    return List.copyOf(latestPolls);
  }

  SimulatedResponse respond(String method, Request request) {
    Instant now = clock.instant();
    List<String> path = request.url().pathSegments();
    String jobId = SimulatedService.at(path).isEmpty() ? null : path.get(3);
    SimulatedResponse response;
    if (jobId == null) {
      response = SimulatedResponse.noSuchApi();
    } else if (method.equals("GET")) {
      response = poll(path.get(1), jobId, request, now);
    } else {
      String message = "A job is requested with GET, not " + method;
      response =
          SimulatedResponse.serviceError(405, "SIM.0405", message).withHeader("Allow", "GET");
    }
    record(new ReceivedPoll(now, method, request.url().encodedPath(), jobId, response.status));
    return response;
  }

  private SimulatedResponse poll(String projectId, String jobId, Request request, Instant now) {
    Fault fault = takeFromQuota(projectId, now) ? nextFault(jobId) : Fault.throttled();
    if (fault == Fault.VANISHED) {
      jobs.remove(jobId);
    }
    SimulatedResponse response = authenticator.check(request);
    if (response == null) {
      response = jobResponse(jobs.get(jobId), request.url().pathSegments(), now);
    }
    return fault == null ? response : fault.applyTo(response);
  }

  private SimulatedResponse jobResponse(
      @Nullable SubmittedJob job, List<String> path, Instant now) {
    boolean progress = path.get(2).equals("job"); // the path of IMS without a project
    if (job == null
        || !(progress || path.get(1).equals(job.projectId))
        || job.script.endedAt(job.elapsedAt(now).minus(retention))) {
      return SimulatedResponse.noSuchJob();
    }
    return SimulatedService.at(path).contains(job.script.service())
        ? SimulatedResponse.json(200, job.bodyAt(now, progress).toString())
        : SimulatedResponse.noSuchApi();
  }

  private synchronized @Nullable Fault nextFault(String jobId) {
    injected.removeIf(each -> each.polls == 0);
    double rest = random.nextDouble();
    for (Injected each : injected) {
      if (each.jobId != null && !each.jobId.equals(jobId)) {
        continue;
      }
      rest -= each.share;
      if (rest < 0) {
        each.polls--;
        return each.fault;
      }
    }
    return null;
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

  /** Each poll uses a part of a second; one in any case, or a second's worth, may burst. */
  private synchronized boolean takeFromQuota(String projectId, Instant now) {
    Instant used = quotaUsedUntil.getOrDefault(projectId, now);
    Instant next = (used.isBefore(now) ? now : used).plus(quotaOfPoll);
    boolean within = !next.isAfter(now.plus(burst));
    if (within) {
      quotaUsedUntil.put(projectId, next);
    }
    return within;
  }
}
