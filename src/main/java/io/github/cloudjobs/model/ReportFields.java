package io.github.cloudjobs.model;

import static io.github.cloudjobs.model.JsonBytes.ABSENT;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the reader has found of one job so far: positions in the document, and its sub-jobs. */
final class ReportFields {
  /** The sub-jobs read from one value, and whether they are all that stood in it. */
  record Found(List<ReportFields> jobs, boolean whole) {
    static final Found NONE = new Found(List.of(), true);
  }

  final JsonBytes source;
  final int start;

  boolean empty = true;
  JobStatus status = JobStatus.UNKNOWN;
  int statusText = ABSENT;
  int jobId = ABSENT;

  /** The value of {@code id}, which is a sub-job's own where {@code job_id} is its parent's. */
  int id = ABSENT;

  int jobType = ABSENT;
  int beginTime = ABSENT;
  int endTime = ABSENT;
  int errorCode = ABSENT;
  int failReason = ABSENT;
  int errorMsg = ABSENT;
  int message = ABSENT;
  int code = ABSENT;

  /** Where an object under the key {@code job} begins: the job itself, if this is its wrapper. */
  int wrapped = ABSENT;

  /** Where this job's wrapper begins. */
  int wrapper = ABSENT;

  /** The document the entities stand in: one of their own if they came as a string of JSON. */
  JsonBytes entitiesSource;

  int entitiesStart = ABSENT;
  Found inEntities = Found.NONE;
  Found resultsInEntities = Found.NONE;
  Found atTop = Found.NONE;

  /** What {@code sub_jobs_total} says; negative if it says nothing that can be read. */
  int totalInEntities = -1;

  int totalAtTop = -1;

  ReportFields(JsonBytes source, int start) {
    this.source = source;
    this.start = start;
    entitiesSource = source;
  }

  /** Begins the entities anew: of two equal keys the last one counts. */
  void entitiesAt(JsonBytes document, int at) {
    entitiesSource = document;
    entitiesStart = at;
    inEntities = Found.NONE;
    resultsInEntities = Found.NONE;
    totalInEntities = -1;
  }

  /** True if nothing says that this object is a job, and one stands under its key {@code job}. */
  boolean isOnlyAWrapper() {
    return wrapped != ABSENT && jobId == ABSENT && statusText == ABSENT;
  }

  /** True if {@code error_msg} stands in for a {@code fail_reason} that says nothing. */
  boolean errorMsgIsTheReason() {
    return errorMsg != ABSENT && source.filledText(failReason) == null;
  }

  /** The sub-jobs of every place; one that two places name is taken once. */
  List<SubJob> subJobs() {
    String parentId = source.filledText(jobId);
    List<SubJob> all = new ArrayList<>(made(inEntities, parentId));
    addMissing(all, made(resultsInEntities, parentId));
    addMissing(all, made(atTop, parentId));
    return List.copyOf(all);
  }

  private static List<SubJob> made(Found found, @Nullable String parentId) {
    List<SubJob> made = new ArrayList<>(found.jobs.size());
    for (ReportFields fields : found.jobs) {
      fields.preferOwnId(parentId);
      made.add(new SubJob(fields));
    }
    return made;
  }

  /** Takes {@code id} for the sub-job's id if {@code job_id} is missing or its parent's. */
  private void preferOwnId(@Nullable String parentId) {
    String jobIdText = source.filledText(jobId);
    boolean isNoOther = jobIdText == null || jobIdText.equals(parentId);
    if (id != ABSENT && isNoOther && !source.isContainer(id) && source.filledText(id) != null) {
      jobId = id;
    }
  }

  private static void addMissing(List<SubJob> all, List<SubJob> more) {
    if (more.isEmpty()) {
      return;
    }
    Set<String> known = new HashSet<>();
    all.forEach(
        job -> {
          if (job.jobId() != null) {
            known.add(job.jobId());
          }
        });
    for (SubJob job : more) {
      if (job.jobId() == null || !known.contains(job.jobId())) {
        all.add(job);
      }
    }
  }

  /** True if {@code subJobs} gives all that stands under the top level's {@code sub_jobs}. */
  boolean givesAllAtTop(List<SubJob> subJobs) {
    int before = inEntities.jobs.size() + resultsInEntities.jobs.size();
    return atTop.whole && (atTop.jobs.isEmpty() || subJobs.size() >= before + atTop.jobs.size());
  }
}
