package io.github.cloudjobs.step;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobReport;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sub-job that is new or says another status than before. Immutable.
 *
 * @param before null if it is new
 */
public record SubJobChange(@Nullable JobStatus before, SubJob subJob) {

  /**
   * Compares two answers, at every depth, a parent before its children. A sub-job is known again by
   * its id, one without an id by its place. Pure.
   */
  public static List<SubJobChange> between(@Nullable Job before, Job now) {
    if (now.subJobs().isEmpty()) {
      return List.of();
    }
    Map<String, JobStatus> known = new HashMap<>();
    if (before != null) {
      remember(before, "", known);
    }
    List<SubJobChange> changes = new ArrayList<>();
    compare(now, "", known, changes);
    return changes;
  }

  private static void remember(JobReport parent, String place, Map<String, JobStatus> known) {
    int n = 0;
    for (SubJob subJob : parent.subJobs()) {
      String here = place + "/" + n++;
      known.put(key(subJob, here), subJob.status());
      remember(subJob, here, known);
    }
  }

  private static void compare(
      JobReport parent, String place, Map<String, JobStatus> known, List<SubJobChange> changes) {
    int n = 0;
    for (SubJob subJob : parent.subJobs()) {
      String here = place + "/" + n++;
      JobStatus before = known.get(key(subJob, here));
      if (before != subJob.status()) {
        changes.add(new SubJobChange(before, subJob));
      }
      compare(subJob, here, known, changes);
    }
  }

  private static String key(SubJob subJob, String place) {
    String id = subJob.jobId();
    return id == null ? place : "=" + id; // no place begins like that
  }
}
