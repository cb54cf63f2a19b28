package io.github.cloudjobs.testing;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests: finds the job a path asks for, lets faults and the gatekeeper have their way,
 * and writes down what it received. Thread-safe; knows no sockets.
 */
final class JobService {
  private final Clock clock;
  private final Gatekeeper gatekeeper;
  private final JobStore jobs;
  private final FaultQueue faults;
  private final ReceivedPolls received;
  private final @Nullable Quotas quotas;

  JobService(
      Clock clock,
      Gatekeeper gatekeeper,
      JobStore jobs,
      FaultQueue faults,
      ReceivedPolls received,
      @Nullable Quotas quotas) {
    this.clock = clock;
    this.gatekeeper = gatekeeper;
    this.jobs = jobs;
    this.faults = faults;
    this.received = received;
    this.quotas = quotas;
  }

  Answer answer(Request request) {
    Instant now = clock.instant();
    String requestId = UUID.randomUUID().toString().replace("-", "");
    JobRoute route = JobRoute.of(request.rawPath());
    Answer answer = answer(request, route, now, requestId);
    received.add(
        new ReceivedPoll(
            now,
            request.method(),
            request.rawPath(),
            route == null ? null : route.jobId(),
            answer.visibleStatus()));
    return answer.with("X-Request-Id", requestId);
  }

  private Answer answer(Request request, @Nullable JobRoute route, Instant now, String requestId) {
    if (route == null) {
      return Refusals.noSuchApi(requestId);
    }
    if (!request.method().equals("GET")) {
      return Refusals.methodNotAllowed(request.method());
    }
    if (quotas != null && !quotas.take(String.valueOf(route.projectId()), now)) {
      return Refusals.throttled(requestId);
    }
    Fault fault = faults.next(route.jobId());
    if (fault == null) {
      return poll(request, route, now, requestId);
    }
    if (fault.isVanishing()) {
      jobs.remove(route.jobId());
    }
    return fault.distort(requestId, () -> poll(request, route, now, requestId));
  }

  private Answer poll(Request request, JobRoute route, Instant now, String requestId) {
    Answer refusal = gatekeeper.check(request, requestId);
    if (refusal != null) {
      return refusal;
    }
    SubmittedJob job = jobs.find(route, now);
    if (job == null) {
      return Refusals.noSuchJob(route.jobId());
    }
    if (!job.script().service.answersAt(route.door())) {
      return Refusals.noSuchApi(requestId);
    }
    boolean progress = route.door() == JobRoute.Door.IMS_PROGRESS;
    return Answer.json(200, JobBody.at(job, now, progress));
  }
}
