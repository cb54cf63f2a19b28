package io.github.cloudjobs.step;

import static java.util.Objects.requireNonNullElse;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobReport;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What changed in a job from one response to the next. */
public final class JobChanges {
  private JobChanges() {}

  /**
   * Passes on each sub-job, at any depth, whose status changed, with its previous status, or null
   * for a new sub-job; a parent comes before its children. Sub-jobs are matched by id, and by
   * position if they have none; duplicates of an id are matched in order.
   */
  public static void subJobs(
      @Nullable Job before, Job now, BiConsumer<@Nullable JobStatus, SubJob> changed) {
    Map<String, SubJob> known = before == null ? Map.of() : byKey(before);
    for (Map.Entry<String, SubJob> entry : byKey(now).entrySet()) {
      SubJob previous = known.get(entry.getKey());
      JobStatus status = previous == null ? null : previous.status();
      if (status != entry.getValue().status()) {
        changed.accept(status, entry.getValue());
      }
    }
  }

  private static Map<String, SubJob> byKey(Job job) {
    Map<String, SubJob> subJobs = new LinkedHashMap<>();
    collect(job, "", new HashMap<>(), subJobs);
    return subJobs;
  }

  private static void collect(
      JobReport parent,
      String position,
      Map<String, Integer> countById,
      Map<String, SubJob> subJobs) {
    int index = 0;
    for (SubJob subJob : parent.subJobs()) {
      String here = position + "/" + index;
      index++;
      String id = requireNonNullElse(subJob.jobId(), here); // an id does not begin with a slash
      int number = countById.getOrDefault(id, 0);
      countById.put(id, number + 1);
      subJobs.put(number + "=" + id, subJob);
      collect(subJob, here, countById, subJobs);
    }
  }

  /** Returns the ids of resources that are in {@code now} and not in {@code before}, by key. */
  public static Map<String, List<String>> newIds(@Nullable Job before, Job now) {
    Map<String, List<String>> known = before == null ? Map.of() : before.resourceIds();
    Map<String, List<String>> added = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> ids : now.resourceIds().entrySet()) {
      Set<String> fresh = new LinkedHashSet<>(ids.getValue());
      fresh.removeAll(new HashSet<>(known.getOrDefault(ids.getKey(), List.of())));
      if (!fresh.isEmpty()) {
        added.put(ids.getKey(), List.copyOf(fresh));
      }
    }
    return Collections.unmodifiableMap(added);
  }
}
