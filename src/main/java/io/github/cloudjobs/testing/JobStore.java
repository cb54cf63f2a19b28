package io.github.cloudjobs.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The submitted jobs and their sub-jobs by id, and the requests received. Thread-safe. */
final class JobStore {
  private static final int MOST_POLLS = 10_000; // a load test must not fill the heap

  private final Map<String, SubmittedJob> jobs = new HashMap<>();
  private final Map<String, Integer> pollsByJob = new HashMap<>();
  private final Deque<ReceivedPoll> latestPolls = new ArrayDeque<>();
  private final Duration retention;

  /**
   * @param retention how long a job is kept after its end, in simulated time
   */
  JobStore(Duration retention) {
    this.retention = retention;
  }

  synchronized SubmittedJob add(
      String projectId, SimulatedJob script, Instant begin, double timeScale) {
    SubmittedJob job = SubmittedJob.of(projectId, script, begin, timeScale, JobStore::newId);
    Set<String> ids = new HashSet<>();
    job.forEach(
        each -> {
          if (jobs.containsKey(each.jobId()) || !ids.add(each.jobId())) {
            throw new IllegalArgumentException("there is already a job " + each.jobId());
          }
        });
    job.forEach(each -> jobs.put(each.jobId(), each));
    return job;
  }

  /** Returns null for an unknown job, one of another project, or one past its retention. */
  synchronized @Nullable SubmittedJob find(JobPath path, Instant now) {
    SubmittedJob job = jobs.get(path.jobId());
    String projectId = path.projectId();
    if (job == null || !(projectId == null || projectId.equals(job.projectId()))) {
      return null;
    }
    return job.script().endedAt(job.elapsedAt(now).minus(retention)) ? null : job;
  }

  synchronized void remove(String jobId) {
    jobs.remove(jobId);
  }

  synchronized void record(ReceivedPoll poll) {
    if (latestPolls.size() == MOST_POLLS) {
      latestPolls.remove();
    }
    latestPolls.add(poll);
    if (poll.jobId() != null) {
      pollsByJob.merge(poll.jobId(), 1, Integer::sum);
    }
  }

  synchronized int polls(String jobId) {
    return pollsByJob.getOrDefault(jobId, 0);
  }

  synchronized List<ReceivedPoll> latestPolls() {
    return List.copyOf(latestPolls);
  }

  private static String newId() {
    return "ff808082" + UUID.randomUUID().toString().replace("-", "").substring(8);
  }
}
