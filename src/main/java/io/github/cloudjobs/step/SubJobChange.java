package io.github.cloudjobs.step;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobReport;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A sub-job that is new or says another status than before. Immutable.
 *
 * @param before null if it is new
 */
public record SubJobChange(@Nullable JobStatus before, SubJob subJob) {

  /**
   * Compares two answers, at every depth, a parent before its children. A sub-job is known again by
   * its id, one without an id by its place; of several with one id the first is the first. Pure.
   */
  public static List<SubJobChange> between(@Nullable Job before, Job now) {
    if (now.subJobs().isEmpty()) {
      return List.of();
    }
    Map<String, JobStatus> known = new HashMap<>();
    if (before != null) {
      visit(before, (key, subJob) -> known.put(key, subJob.status()));
    }
    List<SubJobChange> changes = new ArrayList<>();
    visit(
        now,
        (key, subJob) -> {
          JobStatus was = known.get(key);
          if (was != subJob.status()) {
            changes.add(new SubJobChange(was, subJob));
          }
        });
    return changes;
  }

  private static void visit(Job job, BiConsumer<String, SubJob> visitor) {
    visit(job, "", new HashMap<>(), visitor);
  }

  private static void visit(
      JobReport parent,
      String place,
      Map<String, Integer> named,
      BiConsumer<String, SubJob> visitor) {
    int n = 0;
    for (SubJob subJob : parent.subJobs()) {
      String here = place + "/" + n++;
      String id = subJob.jobId();
      String key = id == null ? here : named.merge(id, 1, Integer::sum) + "=" + id;
      visitor.accept(key, subJob); // no place begins with a number
      visit(subJob, here, named, visitor);
    }
  }
}
