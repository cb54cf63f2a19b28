package io.github.cloudjobs.model;

import static io.github.cloudjobs.model.JsonBytes.ABSENT;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of one job or sub-job, by their positions in the document; filled by the reader. */
final class ReportFields {
  final JsonBytes source;
  final int start;

  boolean empty = true;
  JobStatus status = JobStatus.UNKNOWN;
  int statusText = ABSENT;
  int jobId = ABSENT;

  /** {@code id}: a sub-job's own if {@code job_id} is its parent's. */
  int id = ABSENT;

  int jobType = ABSENT;
  int beginTime = ABSENT;
  int endTime = ABSENT;
  int errorCode = ABSENT;
  int failReason = ABSENT;
  int errorMsg = ABSENT;
  int message = ABSENT;
  int code = ABSENT;

  /** The object under {@code job}: the job itself if this object only wraps it. */
  int wrapped = ABSENT;

  /** The object around this job. */
  int wrapper = ABSENT;

  /** The entities' document: another one if they came as a string of JSON. */
  JsonBytes entitiesSource;

  int entitiesStart = ABSENT;
  List<ReportFields> inEntities = List.of();
  List<ReportFields> resultsInEntities = List.of();
  List<ReportFields> atTop = List.of();

  /** {@code sub_jobs_total}; negative if it is absent or no number. */
  int totalInEntities = -1;

  int totalAtTop = -1;

  ReportFields(JsonBytes source, int start) {
    this.source = source;
    this.start = start;
    entitiesSource = source;
  }

  /** Starts the entities again: of two equal keys the last one counts. */
  void entitiesAt(JsonBytes document, int at) {
    entitiesSource = document;
    entitiesStart = at;
    inEntities = List.of();
    resultsInEntities = List.of();
    totalInEntities = -1;
  }

  boolean isOnlyAWrapper() {
    return wrapped != ABSENT && jobId == ABSENT && statusText == ABSENT;
  }

  int subJobsTotal() {
    return totalInEntities < 0 ? totalAtTop : totalInEntities;
  }

  /** Makes the sub-jobs of all three lists; one that is in two of them is taken once. */
  List<SubJob> takeSubJobs() {
    List<SubJob> all = new ArrayList<>(inEntities.size());
    Set<String> known = new HashSet<>();
    String parentId = source.filledText(jobId); // identifies no sub-job, though some repeat it
    for (List<ReportFields> list : List.of(inEntities, resultsInEntities, atTop)) {
      List<SubJob> made = new ArrayList<>(list.size());
      for (ReportFields fields : list) {
        fields.preferOwnId(parentId);
        SubJob subJob = new SubJob(fields);
        String subJobId = subJob.jobId();
        if (subJobId == null || !known.contains(subJobId)) {
          made.add(subJob);
        }
      }
      made.stream()
          .map(SubJob::jobId)
          .filter(id -> id != null && !id.equals(parentId))
          .forEach(known::add);
      all.addAll(made);
    }
    inEntities = List.of();
    resultsInEntities = List.of();
    atTop = List.of();
    return List.copyOf(all);
  }

  private void preferOwnId(@Nullable String parentId) {
    String jobIdText = source.filledText(jobId);
    boolean isParents = jobIdText == null || jobIdText.equals(parentId);
    if (id != ABSENT && isParents && !source.isContainer(id) && source.filledText(id) != null) {
      jobId = id;
    }
  }
}
