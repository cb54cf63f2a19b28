package io.github.cloudjobs.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The jobs that were submitted and are not yet forgotten, sub-jobs too, by id. Thread-safe. */
final class JobStore {
  private final Map<String, SubmittedJob> jobs = new ConcurrentHashMap<>();
  private final Duration retention;

  /**
   * @param retention how long after its end a job is kept, in simulated time
   */
  JobStore(Duration retention) {
    this.retention = retention;
  }

  synchronized SubmittedJob add(String projectId, SimulatedJob script, Timeline timeline) {
    SubmittedJob job = SubmittedJob.of(projectId, script, timeline, JobStore::newId);
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

  /**
   * Finds a job by what a path says; null if there is none, it is another project's, or too old.
   */
  @Nullable SubmittedJob find(JobRoute route, Instant now) {
    SubmittedJob job = jobs.get(route.jobId());
    String projectId = route.projectId();
    if (job == null || !(projectId == null || projectId.equals(job.projectId()))) {
      return null;
    }
    return job.isForgotten(now, retention) ? null : job;
  }

  void remove(String jobId) {
    jobs.remove(jobId);
  }

  private static String newId() {
    return "ff808082" + UUID.randomUUID().toString().replace("-", "").substring(8);
  }
}
